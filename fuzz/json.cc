// Any text through the three ways of reading JSON: our reader, the checker of lines and simdjson
// must agree, and what was read must survive being written and read again.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "json/object_checker.h"
#include "json/reader.h"
#include "json/simdjson_twin.h"
#include "json/writer.h"

namespace argot::json {
namespace {

// Where the reader is stricter than the grammar on purpose.
bool is_refused_on_purpose(std::string_view complaint) {
  constexpr std::array<std::string_view, 4> reasons = {"the same key again", "nested deeper than",
                                                       "more than", "number in range"};
  for (const std::string_view reason : reasons) {
    if (complaint.contains(reason)) return true;
  }
  return false;
}

void check_reader(std::string_view text, const Result<Value>& read) {
  const TwinVerdict twin = ask_simdjson(text, read ? &*read : nullptr);
  if (read) {
    ASSERT(twin.is_json && twin.is_same);
  } else if (twin.is_json) {
    ASSERT(is_refused_on_purpose(read.error().detail));
  }
}

void check_object_checker(std::string_view text, const Result<Value>& read) {
  const bool is_object = is_json_object(text);
  if (read) {
    ASSERT(is_object == (read->kind() == Kind::object));
  } else if (is_object) {
    ASSERT(is_refused_on_purpose(read.error().detail));
  }
  ObjectChecker cut;
  cut.write(text.substr(0, text.size() / 3));
  cut.write(text.substr(text.size() / 3));
  ASSERT(cut.is_object() == is_object);
}

void check_round_trip(const Value& value) {
  for (const Form form : {Form::compact, Form::pretty}) {
    std::string out;
    Writer writer(out, form);
    value.write_to(writer);
    ASSERT(writer.is_complete());
    // Escapes may make the text longer than the one that was read.
    const Result<Value> back = parse(out, {.bytes_max = out.size()});
    ASSERT(back && *back == value);
  }
}

}  // namespace
}  // namespace argot::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const argot::Result<argot::json::Value> read = argot::json::parse(text);
  argot::json::check_reader(text, read);
  argot::json::check_object_checker(text, read);
  if (read) argot::json::check_round_trip(*read);
  return 0;
}
