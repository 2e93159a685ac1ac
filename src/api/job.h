// What a route does with a request whose answer may block or needs its body.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "http/message.h"
#include "http/service.h"

namespace argot::api {

// An http::Exchange but for its end: it may fail, and api.cc makes a reply of the error. Calls
// match:
//
//   write* ( finish | destroy )
class Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  virtual http::Flow write(Bytes chunk) = 0;
  virtual Result<http::Response> finish() = 0;
};

// A reply at once, or what it takes to get to one.
using Answer = std::variant<http::Response, std::unique_ptr<Job>>;

// A job that blocks but wants no body. Clients send none, and if one does, nothing reads it.
class BodilessJob final : public Job {
 public:
  using Work = std::move_only_function<Result<http::Response>()>;

  explicit BodilessJob(Work work) : work_(std::move(work)) {}

  http::Flow write(Bytes /*chunk*/) override { return http::Flow::stop; }
  Result<http::Response> finish() override { return work_(); }

 private:
  Work work_;
};

}  // namespace argot::api
