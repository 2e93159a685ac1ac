#include "fetch/loop_handle.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace argot::fetch {

bool LoopHandle::begin() {
  task_ = LoopTask::current();
  waker_ = task_->waker();
  CURLMcode code = curl_multi_setopt(multi(), CURLMOPT_SOCKETFUNCTION, &LoopHandle::on_socket);
  if (code == CURLM_OK) code = curl_multi_setopt(multi(), CURLMOPT_SOCKETDATA, this);
  if (code == CURLM_OK) {
    code = curl_multi_setopt(multi(), CURLMOPT_TIMERFUNCTION, &LoopHandle::on_timer);
  }
  if (code == CURLM_OK) code = curl_multi_setopt(multi(), CURLMOPT_TIMERDATA, this);
  return code == CURLM_OK;
}

void LoopHandle::end() {
  curl_multi_setopt(multi(), CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi(), CURLMOPT_TIMERFUNCTION, nullptr);
  // curl takes them back itself when a transfer ends; one that it forgot would point here.
  for (const auto& [socket, interest] : interests_) task_->unwatch(socket);
  interests_.clear();
  events_.clear();
  timer_.reset();
  waker_.reset();
  task_ = nullptr;
}

int LoopHandle::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* handle,
                          void* /*unused*/) {
  auto& self = *static_cast<LoopHandle*>(handle);
  if (what == CURL_POLL_REMOVE) {
    self.task_->unwatch(socket);
    self.interests_.erase(socket);
  } else {
    self.interests_[socket] = {.for_read = (what & CURL_POLL_IN) != 0,
                               .for_write = (what & CURL_POLL_OUT) != 0};
  }
  return 0;
}

int LoopHandle::on_timer(CURLM* /*multi*/, long milliseconds, void* handle) {
  auto& self = *static_cast<LoopHandle*>(handle);
  self.timer_.reset();
  if (milliseconds >= 0) {
    self.timer_ = self.clock_.steady() + std::chrono::milliseconds(milliseconds);
  }
  return 0;
}

void LoopHandle::ready(int descriptor, bool can_read, bool can_write) {
  events_.push_back(
      {descriptor, (can_read ? CURL_CSELECT_IN : 0) | (can_write ? CURL_CSELECT_OUT : 0)});
  if (const auto found = interests_.find(descriptor); found != interests_.end()) {
    found->second.is_watched = false;
  }
}

CURLMcode LoopHandle::perform() {
  int running = 0;
  for (const auto& [socket, flags] : std::exchange(events_, {})) {
    const CURLMcode code = curl_multi_socket_action(multi(), socket, flags, &running);
    if (code != CURLM_OK) return code;
  }
  if (timer_ && *timer_ <= clock_.steady()) {
    timer_.reset();
    return curl_multi_socket_action(multi(), CURL_SOCKET_TIMEOUT, 0, &running);
  }
  return CURLM_OK;
}

CURLMcode LoopHandle::wait(int milliseconds_max) {
  for (auto& [socket, interest] : interests_) {
    if (interest.is_watched) continue;
    if (!task_->watch(socket, interest.for_read, interest.for_write, *this)) {
      return CURLM_INTERNAL_ERROR;
    }
    interest.is_watched = true;
  }
  SteadyTime until = clock_.steady() + std::chrono::milliseconds(milliseconds_max);
  if (timer_) until = std::min(until, *timer_);
  task_->suspend(until);
  return CURLM_OK;
}

}  // namespace argot::fetch
