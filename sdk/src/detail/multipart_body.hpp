// The body of an upload: one file and a few short fields, as RFC 7578 frames them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/types/blob.hpp"
#include "argot_open_ai/types/stream.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// The file of a form; the file comes first, as the TypeScript SDK has it.
struct FormFile {
  /// What the form calls it.
  std::string_view field{"file"};
  std::string name{};
  std::string type{};
  FileContent content{};
};

/// Name, type and content, whichever way the request has them.
FormFile formFileOf(std::variant<Blob, CreateFileRequestFile> file);

/// Names and values.
using FormFields = std::vector<std::pair<std::string, std::string>>;

class MultipartBody final : public ByteSource {
 public:
  /// `boundary` does not occur in what it separates: it is random. Throws what opening the file
  /// throws.
  MultipartBody(FormFile file, const FormFields& fields, std::string_view boundary);

  std::optional<std::uint64_t> size() const override;
  std::size_t read(std::span<std::byte> room) override;
  /// Opens a file anew; asks any other source to go back.
  bool rewind() override;

 private:
  std::size_t takeText(const std::string& text, std::span<std::byte> room);
  std::size_t takeFile(std::span<std::byte> room);

  enum class Stage { head, file, tail, end };

  FileContent content_;
  std::shared_ptr<ByteSource> source_;
  std::optional<std::uint64_t> fileSize_;
  std::string head_;
  std::string tail_;
  Stage stage_ = Stage::head;
  std::uint64_t taken_ = 0;  // of the stage
};

/// A file name as browsers write it in a form: quotes and control characters as %22, %0D, ...;
/// other bytes as they are (WHATWG HTML, multipart/form-data encoding algorithm).
std::string escapedFileName(std::string_view name);

/// 128 bits of chance, in hexadecimal digits.
std::string randomToken();

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
