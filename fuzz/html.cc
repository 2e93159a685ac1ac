// Takes the text out of a page of HTML in whatever charset it says it is. There must be an outcome,
// what is written must be UTF-8, and it cannot be much more than what came in.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "documents/html_text.h"

namespace argot::documents {
namespace {

class Text final : public Sink {
 public:
  Result<> write(Bytes chunk) override {
    text += as_text(chunk);
    return {};
  }
  Result<> finish() override { return {}; }

  std::string text;
};

void check(std::string_view page) {
  static const Charsets charsets;
  const UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
  ASSERT(::write(file.get(), page.data(), page.size()) == static_cast<ssize_t>(page.size()));
  ::lseek(file.get(), 0, SEEK_SET);
  Text text;
  const auto verdict = read_html(file.get(), charsets, text);
  ASSERT(verdict);
  ASSERT(verdict->is_good() == verdict->detail.empty());
  ASSERT(is_utf8(text.text));
  // A byte of a legacy charset becomes up to three; short names of characters become longer ones.
  ASSERT(text.text.size() <= 4 * page.size() + 1);
}

}  // namespace
}  // namespace argot::documents

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  argot::documents::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
