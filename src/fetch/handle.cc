#include "fetch/handle.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <utility>

#include "fetch/loop.h"
#include "fetch/loop_handle.h"

namespace argot::fetch {

namespace {

// Never undone: another part of the program may use curl as well.
bool is_curl_ready() {
  static std::once_flag once;
  static CURLcode code = CURLE_FAILED_INIT;
  std::call_once(once, [] { code = curl_global_init(CURL_GLOBAL_DEFAULT); });
  return code == CURLE_OK;
}

}  // namespace

void Handle::reset() {
  curl_easy_reset(easy());
  is_set_up_ = false;
}

void Handle::note_connection() {
  long version = CURL_HTTP_VERSION_NONE;
  curl_easy_getinfo(easy(), CURLINFO_HTTP_VERSION, &version);
  const bool is_noted = version < CURL_HTTP_VERSION_2_0 &&
                        curl_easy_getinfo(easy(), CURLINFO_ACTIVESOCKET, &kept_) == CURLE_OK;
  if (!is_noted) kept_ = CURL_SOCKET_BAD;
}

bool Handle::has_unasked_input() const {
  pollfd ready{.fd = kept_, .events = POLLIN, .revents = 0};
  return kept_ != CURL_SOCKET_BAD && ::poll(&ready, 1, 0) == 1;
}

void Handle::acknowledge() const {
  // Where the system refuses, it is only later.
  const int is_on = 1;
  ::setsockopt(kept_, IPPROTO_TCP, TCP_QUICKACK, &is_on, sizeof is_on);
}

CURLMcode Handle::perform() {
  int running = 0;
  return curl_multi_perform(multi(), &running);
}

CURLMcode Handle::wait(int milliseconds_max) {
  return curl_multi_poll(multi(), nullptr, 0, milliseconds_max, nullptr);
}

void Handle::wake() { curl_multi_wakeup(multi()); }

std::unique_ptr<Handle> Handle::open() {
  if (!is_curl_ready()) return nullptr;
  CURLM* const multi = curl_multi_init();
  CURL* const easy = curl_easy_init();
  std::unique_ptr<Handle> handle;
  if (LoopTask::current() != nullptr) {
    handle.reset(new LoopHandle(multi, easy));
  } else {
    handle.reset(new Handle(multi, easy));
  }
  if (multi == nullptr || easy == nullptr) return nullptr;
  return handle;
}

HandlePool::Idle& HandlePool::idle_here() {
  return LoopTask::current() != nullptr ? on_loop_ : blocking_;
}

std::unique_ptr<Handle> HandlePool::take() {
  std::unique_ptr<Handle> handle;
  {
    const std::scoped_lock lock(mutex_);
    if (Idle& idle = idle_here(); !idle.empty()) {
      handle = std::move(idle.back());
      idle.pop_back();
    }
  }
  if (!handle) handle = Handle::open();
  if (!handle || handle->begin()) return handle;
  handle->end();
  return nullptr;
}

void HandlePool::give(std::unique_ptr<Handle> handle) {
  handle->end();
  {
    const std::scoped_lock lock(mutex_);
    if (Idle& idle = idle_here(); idle.size() < idle_max_) idle.push_back(std::move(handle));
  }
  // One too many closes its connections here, without the lock.
  handle.reset();
}

}  // namespace argot::fetch
