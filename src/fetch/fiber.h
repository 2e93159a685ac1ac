// A function on a stack of its own, which can be left in its middle and gone on with later.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace argot::fetch {

// Pages of memory with one below them that nothing may touch, so that an overflow ends the program
// at once.
class FiberStack {
 public:
  explicit FiberStack(std::size_t bytes);
  FiberStack(const FiberStack&) = delete;
  FiberStack& operator=(const FiberStack&) = delete;
  ~FiberStack();

  // Null where there was no memory.
  void* lowest() const;
  std::size_t size() const { return size_; }

 private:
  void* mapping_;  // null where there was no memory
  std::size_t size_;
};

// Not thread-safe, and bound to the thread of its first resume(). Exceptions may be in flight where
// it is left: each fiber has its own.
class Fiber {
 public:
  // Only what is touched takes memory.
  static constexpr std::size_t stack_bytes = std::size_t{256} << 10;

  // `work` must not throw. Null where there is no memory for the stack.
  static std::unique_ptr<Fiber> make(std::function<void()> work);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  // Either it has ended or it was never resumed: what stands on its stack would not be destroyed.
  ~Fiber();

  // Goes on until it suspends or ends; not after its end.
  void resume();
  // Called by its own work: resume() returns, and the next one goes on from here.
  void suspend();

  bool has_ended() const { return has_ended_; }

 private:
  // What the C++ runtime keeps for each thread (Itanium C++ ABI, exception handling, section
  // 2.2.2), and what therefore has to change with the stack.
  struct Exceptions {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  // What a sanitizer has to know about the side that is left.
  struct Side {
    void* fake_stack = nullptr;
    const void* lowest = nullptr;
    std::size_t size = 0;
    void* tsan = nullptr;
  };

  explicit Fiber(std::function<void()> work);
  static void enter();
  void begin();
  void swap_exceptions();

  FiberStack stack_;
  std::function<void()> work_;
  ucontext_t own_{};
  ucontext_t outer_{};
  Exceptions exceptions_;  // of the side that does not run
  Side own_side_;
  Side outer_side_;
  bool has_begun_ = false;
  bool has_ended_ = false;
};

}  // namespace argot::fetch
