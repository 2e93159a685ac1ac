// One request from its head to its reply: the headers that every reply has, its line in the log,
// and its place in the metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/auth.h"
#include "api/request_metrics.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"

namespace argot::api {

// The log says method, path without query, status, time, request id, the key's public id, how many
// bytes came and how many the reply has; never a key (the path ends where one begins), a body or
// what an answer repeats of them. Not thread-safe.
// `clock`, `log` and `metrics` must outlive it.
class RequestRecord {
 public:
  // `request` is null if its head could not be parsed; it is borrowed until the call returns.
  RequestRecord(const http::Request* request, const Clock& clock, Random& random, Log& log,
                RequestMetrics& metrics);

  void set_route(const Route& route);
  void set_caller(const Caller& caller);
  void add_received(std::uint64_t bytes) { received_bytes_ += bytes; }

  // Completes the reply, logs it and counts it. `error` is what it was made of, if it was.
  http::Response conclude(http::Response reply, const Error* error = nullptr);

  // Logs and counts that the request broke off before it had a reply.
  void abandon();

 private:
  const Clock* clock_;
  Log* log_;
  RequestMetrics* metrics_;
  RequestMetrics::Series* series_;
  bool is_upload_ = false;
  SteadyTime began_;
  std::string request_id_;
  std::string method_;
  std::string path_;
  std::string key_public_id_;
  std::string organization_id_;
  std::string project_id_;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace argot::api
