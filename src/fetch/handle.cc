#include "fetch/handle.h"

#include <utility>

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

std::unique_ptr<Handle> Handle::open() {
  if (!is_curl_ready()) return nullptr;
  std::unique_ptr<Handle> handle(new Handle(curl_multi_init(), curl_easy_init()));
  if (handle->multi() == nullptr || handle->easy() == nullptr) return nullptr;
  return handle;
}

std::unique_ptr<Handle> HandlePool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Handle> handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return Handle::open();
}

void HandlePool::give(std::unique_ptr<Handle> handle) {
  {
    const std::scoped_lock lock(mutex_);
    if (idle_.size() < idle_max_) idle_.push_back(std::move(handle));
  }
  // One too many closes its connections here, without the lock.
  handle.reset();
}

}  // namespace argot::fetch
