#include "fetch/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ARGOT_FIBER_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ARGOT_FIBER_SANITIZED 1
#endif
#endif

// Declared weak, because a program has at most one of the two sanitizers.
#ifdef ARGOT_FIBER_SANITIZED
extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** left, const void* lowest,
                                                  std::size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* entered, const void** lowest,
                                                   std::size_t* size);
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
#endif

namespace argot::fetch {

namespace {

// Where makecontext(), which passes on nothing wider than an int, would have the fiber begin.
thread_local Fiber* beginning = nullptr;

std::size_t page_bytes() {
  static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

// Both sanitizers want to be told of a change of stacks, right before it and right after it: in the
// frame that changes it, since ThreadSanitizer counts calls and returns for each stack.
#ifdef ARGOT_FIBER_SANITIZED
[[gnu::always_inline]] inline void before_switch(void** left, const void* lowest, std::size_t size,
                                                 void* tsan) {
  if (__sanitizer_start_switch_fiber != nullptr) __sanitizer_start_switch_fiber(left, lowest, size);
  if (__tsan_switch_to_fiber != nullptr) __tsan_switch_to_fiber(tsan, 0);
}
[[gnu::always_inline]] inline void after_switch(void* entered, const void** lowest,
                                                std::size_t* size) {
  if (__sanitizer_finish_switch_fiber != nullptr) {
    __sanitizer_finish_switch_fiber(entered, lowest, size);
  }
}
void* tsan_current() {
  return __tsan_get_current_fiber != nullptr ? __tsan_get_current_fiber() : nullptr;
}
void* tsan_create() { return __tsan_create_fiber != nullptr ? __tsan_create_fiber(0) : nullptr; }
void tsan_destroy(void* fiber) {
  if (__tsan_destroy_fiber != nullptr) __tsan_destroy_fiber(fiber);
}
#else
void before_switch(void**, const void*, std::size_t, void*) {}
void after_switch(void*, const void**, std::size_t*) {}
void* tsan_current() { return nullptr; }
void* tsan_create() { return nullptr; }
void tsan_destroy(void*) {}
#endif

}  // namespace

FiberStack::FiberStack(std::size_t bytes)
    : mapping_(::mmap(nullptr, bytes + page_bytes(), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0)),
      size_(bytes) {
  if (mapping_ == MAP_FAILED) {
    mapping_ = nullptr;
  } else if (::mprotect(mapping_, page_bytes(), PROT_NONE) != 0) {
    ::munmap(mapping_, size_ + page_bytes());
    mapping_ = nullptr;
  }
}

FiberStack::~FiberStack() {
  if (mapping_ != nullptr) ::munmap(mapping_, size_ + page_bytes());
}

void* FiberStack::lowest() const {
  return mapping_ == nullptr ? nullptr : static_cast<std::byte*>(mapping_) + page_bytes();
}

std::unique_ptr<Fiber> Fiber::make(std::function<void()> work) {
  std::unique_ptr<Fiber> fiber(new Fiber(std::move(work)));
  return fiber->stack_.lowest() == nullptr ? nullptr : std::move(fiber);
}

Fiber::Fiber(std::function<void()> work) : stack_(stack_bytes), work_(std::move(work)) {
  own_side_ = {.lowest = stack_.lowest(), .size = stack_.size(), .tsan = tsan_create()};
}

Fiber::~Fiber() { tsan_destroy(own_side_.tsan); }

void Fiber::enter() {
  Fiber& self = *std::exchange(beginning, nullptr);
  after_switch(nullptr, &self.outer_side_.lowest, &self.outer_side_.size);
  self.work_();
  self.work_ = nullptr;  // what it holds goes here, and not with the stack already left
  self.has_ended_ = true;
  // No fake stack is kept: nothing comes back.
  before_switch(nullptr, self.outer_side_.lowest, self.outer_side_.size, self.outer_side_.tsan);
  ::setcontext(&self.outer_);
  std::unreachable();
}

void Fiber::swap_exceptions() {
  Exceptions running;
  void* const globals = abi::__cxa_get_globals();
  std::memcpy(&running, globals, sizeof(running));
  std::memcpy(globals, &exceptions_, sizeof(exceptions_));
  exceptions_ = running;
}

// On the thread that resumes it, whose signal mask it takes over.
void Fiber::begin() {
  has_begun_ = true;
  ::getcontext(&own_);
  own_.uc_stack.ss_sp = stack_.lowest();
  own_.uc_stack.ss_size = stack_.size();
  own_.uc_link = nullptr;
  beginning = this;
  ::makecontext(&own_, &Fiber::enter, 0);
}

void Fiber::resume() {
  if (!has_begun_) begin();
  outer_side_.tsan = tsan_current();
  swap_exceptions();
  before_switch(&outer_side_.fake_stack, own_side_.lowest, own_side_.size, own_side_.tsan);
  ::swapcontext(&outer_, &own_);
  after_switch(outer_side_.fake_stack, nullptr, nullptr);
  swap_exceptions();
}

void Fiber::suspend() {
  before_switch(&own_side_.fake_stack, outer_side_.lowest, outer_side_.size, outer_side_.tsan);
  ::swapcontext(&own_, &outer_);
  after_switch(own_side_.fake_stack, &outer_side_.lowest, &outer_side_.size);
}

}  // namespace argot::fetch
