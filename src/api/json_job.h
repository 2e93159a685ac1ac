// A route that wants one JSON text as its body.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "api/job.h"
#include "base/bytes.h"

namespace argot::api {

// Room for the ids of as many parts as an upload may have, and little more: every connection may
// hold so much.
inline constexpr std::size_t json_body_bytes_max = 256_KiB;

// Keeps the body, which is bounded, and works once all of it is there.
class JsonJob final : public Job {
 public:
  using Work = std::move_only_function<Result<http::Response>(std::string_view body)>;

  explicit JsonJob(Work work) : work_(std::move(work)) {}

  http::Flow write(Bytes chunk) override {
    if (chunk.size() > json_body_bytes_max - body_.size()) {
      is_too_long_ = true;
      return http::Flow::stop;
    }
    body_ += as_text(chunk);
    return http::Flow::more;
  }

  // Error, beside those of the work: invalid_request.
  Result<http::Response> finish() override {
    if (is_too_long_) {
      return fail(ErrorCode::invalid_request,
                  "The JSON body may have at most 256 KB, but it has more.");
    }
    return work_(body_);
  }

 private:
  Work work_;
  std::string body_;
  bool is_too_long_ = false;
};

}  // namespace argot::api
