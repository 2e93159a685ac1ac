// Takes one form apart whole and cut at the places that the fuzzer chooses: both must have the same
// outcome. A form that is taken must have the parts that the slow reference splitter finds.
//
// Input: a byte that chooses the length of the boundary, the boundary, a byte with the number of
// cuts, one byte for the length of each piece, then the body; what is left after the last piece is
// written whole.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "multipart/boundary.h"
#include "multipart/filename.h"
#include "multipart/parser.h"
#include "tests/support/form_recorder.h"
#include "tests/support/form_reference.h"

namespace argot {
namespace {

constexpr std::string_view boundary_characters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?";

// Takes the front of the input, as much as there is.
class Input {
 public:
  explicit Input(std::string_view rest) : rest_(rest) {}

  std::string_view bytes(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::size_t number() {
    const std::string_view byte = bytes(1);
    return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
  }

  std::string boundary() {
    std::string text(bytes(1 + number() % limits::boundary_bytes_max));
    for (char& c : text) {
      if (boundary_characters.find(c) != std::string_view::npos) continue;
      c = boundary_characters[static_cast<unsigned char>(c) % boundary_characters.size()];
    }
    return text.empty() ? "B" : text;
  }

 private:
  std::string_view rest_;
};

testing::RecordedForm form_of(std::string_view boundary, std::string_view body,
                              std::string_view piece_lengths) {
  return testing::record_form(boundary, {}, [&](Sink& sink) -> Result<> {
    std::string_view rest = body;
    for (const char length : piece_lengths) {
      const std::size_t size =
          std::min<std::size_t>(rest.size(), static_cast<unsigned char>(length));
      TRY_DO(sink.write(as_bytes(rest.substr(0, size))));
      rest.remove_prefix(size);
    }
    TRY_DO(sink.write(as_bytes(rest)));
    return sink.finish();
  });
}

void check_filename(std::string_view name) {
  const auto clean = multipart::clean_filename(name);
  if (!clean) return;
  ASSERT(!clean->empty() && clean->size() <= limits::filename_bytes_max && is_utf8(*clean));
  ASSERT(clean->find('/') == std::string::npos && *clean != "." && *clean != "..");
}

void check(std::string_view boundary, std::string_view body, std::string_view piece_lengths) {
  const auto form = form_of(boundary, body, {});
  ASSERT(form == form_of(boundary, body, piece_lengths));
  for (const auto& part : form.parts) check_filename(part.head.filename.value_or(""));
  if (form.error) {
    ASSERT(form.error->code == ErrorCode::invalid_request && !form.error->detail.empty());
    return;
  }
  const auto expected = testing::split_form(boundary, body);
  ASSERT(expected && expected->size() == form.parts.size());
  for (std::size_t i = 0; i < form.parts.size(); ++i) {
    ASSERT(form.parts[i].ended && form.parts[i].content == (*expected)[i].content);
  }
}

}  // namespace
}  // namespace argot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  argot::Input input(argot::as_text(std::as_bytes(std::span(data, size))));
  const std::string boundary = input.boundary();
  const auto read =
      argot::multipart::boundary_of("multipart/form-data; boundary=\"" + boundary + "\"");
  ASSERT(read && *read == boundary);
  const std::string_view piece_lengths = input.bytes(input.number());
  const std::string_view body = input.bytes(size);
  argot::check(boundary, body, piece_lengths);
  // The body once more as what a client might call its type and its file.
  (void)argot::multipart::boundary_of(body);
  argot::check_filename(body);
  return 0;
}
