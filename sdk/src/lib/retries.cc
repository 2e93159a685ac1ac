#include "argot_open_ai/lib/retries.hpp"

namespace argot::openai {
inline namespace v0 {

RetryConfig RetryConfig::none() { return {}; }

RetryConfig RetryConfig::backoffDefault() {
  return {.strategy = Strategy::backoff, .backoff = BackoffStrategy{}};
}

RetryConfig RetryConfig::recommended() {
  return {.strategy = Strategy::official, .retryConnectionErrors = true, .maxAttempts = 3};
}

}  // namespace v0
}  // namespace argot::openai
