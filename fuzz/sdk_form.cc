// Names of files as users of the SDK may give them: whatever they hold, they stay within one line
// of the form, and the server's own parser finds the parts that were sent, the name as it was
// meant.
//
// Input: a byte with the size of the pieces in which the body is read, then the name.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "detail/multipart_body.hpp"
#include "multipart/parser.h"
#include "tests/support/form_recorder.h"

namespace argot::openai {
namespace {

constexpr std::string_view boundary = "argot-0123456789ABCDEF";
constexpr std::string_view content = "\r\n--argot\r\n\0bytes";

std::string readAll(ByteSource& source, std::size_t step) {
  std::string text;
  std::array<std::byte, 256> room{};
  for (;;) {
    const std::size_t count = source.read(std::span(room).first(step));
    if (count == 0) return text;
    text += as_text(Bytes(room).first(count));
  }
}

bool isControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Between the quotes of filename="...".
std::string_view checkHead(std::string_view body) {
  const std::string first = "--" + std::string(boundary) +
                            "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"";
  ASSERT(body.starts_with(first));
  body.remove_prefix(first.size());
  const std::size_t end = body.find("\r\n");
  const std::string_view line = body.substr(0, end);
  ASSERT(line.ends_with('"') && std::ranges::none_of(line, isControl));
  const std::string_view name = line.substr(0, line.size() - 1);
  ASSERT(name.find('"') == std::string_view::npos);
  ASSERT(body.substr(end).starts_with("\r\nContent-Type: text/plain\r\n\r\n"));
  return name;
}

// What a server makes of the text between the quotes: of two backslashes one, and of %22, %0D and
// %0A what they stand for.
std::string meantBy(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("\\\\")) ++i;
    plain += text[i];
  }
  std::string meant;
  for (std::string_view rest = plain; !rest.empty();) {
    const bool isQuote = rest.starts_with("%22");
    const bool isEscape = isQuote || rest.starts_with("%0D") || rest.starts_with("%0A");
    meant += !isEscape ? rest[0] : isQuote ? '"' : rest[2] == 'D' ? '\r' : '\n';
    rest.remove_prefix(isEscape ? 3 : 1);
  }
  return meant;
}

// A name that ends so is not closed by its quote: \" is a quote within it.
bool endsInOddBackslashes(std::string_view name) {
  const std::size_t other = name.find_last_not_of('\\');
  return (name.size() - (other == std::string_view::npos ? 0 : other + 1)) % 2 == 1;
}

// What the escaping leaves as it is: such a name comes back letter by letter.
bool isPlain(std::string_view name) {
  return !std::ranges::any_of(name,
                              [](char c) { return isControl(c) && c != '\r' && c != '\n'; }) &&
         !name.contains('%') && !name.contains("\\\\");
}

void check(std::string_view name, std::size_t step) {
  detail::MultipartBody body({.name = std::string(name),
                              .type = "text/plain",
                              .content = FileContent(std::string(content))},
                             {{"purpose", "batch"}}, boundary);
  const std::string text = readAll(body, step);
  ASSERT(body.size() == text.size());
  ASSERT(body.rewind() && readAll(body, 256) == text);
  const std::string_view quoted = checkHead(text);

  const auto form = argot::testing::record_form(boundary, {.part_head_bytes_max = text.size()},
                                                [&text](Sink& sink) -> argot::Result<> {
                                                  TRY_DO(sink.write(as_bytes(text)));
                                                  return sink.finish();
                                                });
  if (form.error) {
    ASSERT(endsInOddBackslashes(name));
    return;
  }
  ASSERT(form.parts.size() == 2);
  ASSERT(form.parts[0].head.name == "file" && form.parts[0].content == content);
  ASSERT(form.parts[0].head.filename == meantBy(quoted));
  ASSERT(!isPlain(name) || form.parts[0].head.filename == name);
  ASSERT(form.parts[1].head.name == "purpose" && !form.parts[1].head.is_file);
  ASSERT(form.parts[1].content == "batch");
}

}  // namespace
}  // namespace argot::openai

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view name(reinterpret_cast<const char*>(data) + 1, size - 1);
  argot::openai::check(name, data[0] == 0 ? 256 : data[0]);
  return 0;
}
