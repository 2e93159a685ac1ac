// A handle whose wait leaves the task that runs it to the loop.
#pragma once

#include <curl/curl.h>

#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "fetch/handle.h"
#include "fetch/loop.h"

namespace argot::fetch {

class LoopHandle final : public Handle, private LoopTask::Watcher {
 public:
  LoopHandle(CURLM* multi, CURL* easy) : Handle(multi, easy) {}

  // Binds it to the task that runs, and only that one may use it until end().
  bool begin() override;
  void end() override;

  CURLMcode perform() override;
  CURLMcode wait(int milliseconds_max) override;
  void wake() override { (*waker_)(); }

 private:
  struct Interest {
    bool for_read = false;
    bool for_write = false;
    bool is_watched = false;  // not again after the loop told of it
  };
  struct Event {
    curl_socket_t socket;
    int flags;
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* handle, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* handle);

  void ready(int descriptor, bool can_read, bool can_write) override;

  const SystemClock clock_;  // curl's own
  LoopTask* task_ = nullptr;
  std::optional<LoopTask::Waker> waker_;
  std::map<curl_socket_t, Interest> interests_;
  std::vector<Event> events_;        // to tell curl of
  std::optional<SteadyTime> timer_;  // when curl wants to be called
};

}  // namespace argot::fetch
