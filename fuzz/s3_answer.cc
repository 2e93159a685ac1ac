// What an S3 server, or whoever stands in its place, may answer: bounds hold, what is read survives
// being written again, and where content is cannot be made to mean something else.
#include "blob/s3_answer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/text.h"
#include "blob/s3_location.h"
#include "fetch/message.h"
#include "fetch/request_check.h"

namespace {

namespace blob = argot::blob;

void check_element(const blob::XmlElement& element, std::size_t depth) {
  ASSERT(depth <= blob::s3_answer_depth_max);
  ASSERT(!element.name.empty() && element.name.find_first_of("<>&\" \n") == std::string::npos);
  ASSERT(argot::is_utf8(element.text));
  const auto again = blob::parse_s3_answer("<a>" + blob::escape_xml(element.text) + "</a>");
  // What is escaped may be longer than what is read at once.
  ASSERT(!again || again->text == element.text);
  for (const blob::XmlElement& child : element.children) check_element(child, depth + 1);
}

void fuzz_answer(std::string_view text) {
  if (const auto root = blob::parse_s3_answer(text)) check_element(*root, 1);
  if (const auto page = blob::parse_object_page(text)) ASSERT(blob::parse_s3_answer(text));
  if (const auto page = blob::parse_upload_page(text)) ASSERT(blob::parse_s3_answer(text));
}

void fuzz_location(std::string_view text) {
  const auto location = blob::S3Location::parse(text);
  if (!location) return;
  ASSERT(blob::S3Location::parse(location->text()) == location);
  const std::string url = location->scheme + "://" + location->request_host() +
                          location->path_of(location->prefix + "key");
  ASSERT(url.find_first_of("?#@% ") == std::string::npos);
  ASSERT(!argot::fetch::refusal_of(argot::fetch::Request{.url = url}));
}

}  // namespace

// The first byte picks what reads the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      fuzz_answer(text);
      break;
    case 1:
      (void)blob::parse_s3_time(text);
      break;
    default:
      fuzz_location(text);
      break;
  }
  return 0;
}
