// A wire transcript as a value: what is sent, what must come back, what must be left behind. The
// format is described in docs/formats/wire-tests.md; start at parse_transcript().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "tests/support/request_text.h"

namespace argot::wire {

// One field of a form. `head` wins over name and filename where it is set.
struct FormPart {
  std::string name;
  std::optional<std::string> filename;
  std::string head;
  std::string content;
};

// Texts in here may hold {variables}.
struct Sent {
  testing::RequestText text;
  std::vector<FormPart> form;
  std::string boundary = "----argot-wire";
  std::string epilogue;                         // behind the form's last boundary
  std::optional<std::string> key_name = "key";  // the variable that has the key; nothing: no key
  bool is_chunked = false;
  std::string raw;  // the whole request as it is, instead of all of the above
};

struct Expected {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // name, pattern
  std::vector<std::string> absent_headers;
  std::optional<std::string> json;  // a pattern
  std::optional<std::string> body;
};

struct Exchange {
  Sent sent;
  Expected expected;
};

// `= blobs 0, rows 0`
struct Left {
  std::uint64_t blobs = 0;
  std::uint64_t rows = 0;
};

// `* key reader files_read`, in words.
struct Action {
  std::vector<std::string> words;
};

struct Step {
  std::size_t line = 0;
  std::variant<Exchange, Left, Action> what;
};

struct Transcript {
  std::vector<std::pair<std::string, std::string>> settings;  // `* set NAME VALUE`
  std::vector<Step> steps;
};

// Error: invalid_request, whose detail begins with the line's number.
Result<Transcript> parse_transcript(std::string_view text);

}  // namespace argot::wire
