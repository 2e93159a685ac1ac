// What servers say about retries, heads of responses, and redirects: bounds hold, and nothing of a
// stranger's leaves the rules for requests.
#include "fetch/retry_after.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "fetch/origin.h"
#include "fetch/redirect.h"
#include "fetch/request_check.h"
#include "fetch/response_head.h"
#include "fetch/url.h"

namespace {

namespace fetch = argot::fetch;
using std::chrono::milliseconds;

constexpr argot::WallTime now{milliseconds(1'767'225'600'000)};

bool is_bounded(std::optional<milliseconds> wait) {
  return !wait || (*wait >= milliseconds(0) && *wait <= milliseconds(fetch::retry_after_told_max));
}

void fuzz_waits(std::string_view text) {
  ASSERT(is_bounded(fetch::parse_retry_after(text, now)));
  ASSERT(is_bounded(fetch::parse_retry_after_ms(text)));
  const std::string copy(text);
  ASSERT(fetch::asked_wait({{.name = "retry-after", .value = copy}}, now) ==
         fetch::parse_retry_after(text, now));
  (void)fetch::matches_status(429, {copy});
}

void fuzz_head(std::string_view text) {
  fetch::ResponseHeadReader reader;
  auto step = fetch::ResponseHeadReader::Step::more;
  while (step == fetch::ResponseHeadReader::Step::more && !text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t size = std::min(line.size() + 1, text.size());
    step = reader.read(text.substr(0, size));
    text.remove_prefix(size);
  }
  if (step != fetch::ResponseHeadReader::Step::complete) return;
  ASSERT(reader.head().status >= 200 && reader.head().status <= 999);
  for (const auto& [name, value] : reader.head().headers) {
    ASSERT(value.find('\n') == std::string::npos && name.find(':') == std::string::npos);
  }
}

void fuzz_redirect(std::string_view text) {
  const fetch::Request request{.url = "https://files.test/v1/files?x=1",
                               .headers = {{.name = "Authorization", .value = "Bearer s"}}};
  const auto next = fetch::redirected(request, 307, std::string(text));
  if (!next) return;
  ASSERT(!fetch::refusal_of(*next));
  ASSERT(next->headers.empty() == (fetch::origin_of(next->url) != fetch::origin_of(request.url)));
}

void fuzz_urls(std::string_view text) {
  const std::string encoded = fetch::encode_component(text);
  ASSERT(encoded.find_first_of("/?#&= \r\n") == std::string::npos);
  const std::string path = "/" + encoded;
  ASSERT(!fetch::refusal_of(
      fetch::Request{.url = fetch::join_url({.base = "https://files.test/v1", .path = path})}));
}

}  // namespace

// The first byte picks what reads the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      fuzz_waits(text);
      break;
    case 1:
      fuzz_head(text);
      break;
    case 2:
      fuzz_redirect(text);
      break;
    default:
      fuzz_urls(text);
      break;
  }
  return 0;
}
