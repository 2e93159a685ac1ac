#include "api/attempt.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace argot::api {
namespace {

// 0 for what is no count: whoever sends it gains nothing by it.
std::uint32_t retry_count_of(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure == std::errc::result_out_of_range) return limits::retry_count_max;
  if (failure != std::errc() || end != text.data() + text.size()) return 0;
  return std::min(count, limits::retry_count_max);
}

}  // namespace

Result<catalog::Attempt> attempt_of(const http::Request& request, const Caller& caller) {
  const std::string_view key = request.header("Idempotency-Key").value_or("");
  if (key.size() > limits::idempotency_key_bytes_max) {
    return fail(ErrorCode::invalid_request, "Expected an Idempotency-Key of at most " +
                                                std::to_string(limits::idempotency_key_bytes_max) +
                                                " bytes, but got " + std::to_string(key.size()) +
                                                ".");
  }
  return catalog::Attempt{
      .key_id = caller.key_public_id,
      .idempotency_key = std::string(key),
      .retry_count = retry_count_of(request.header("X-Stainless-Retry-Count").value_or("")),
      // Not now: who calls may have taken long to find out, and a later try was done meanwhile.
      .began_at = request.received_at};
}

}  // namespace argot::api
