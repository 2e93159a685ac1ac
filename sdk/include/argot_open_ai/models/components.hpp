// The objects of the Files API.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/types/blob.hpp"

namespace argot::openai {
inline namespace v0 {

/// A text of which some values are known. Others are kept as they came, so that a value that the
/// API adds tomorrow breaks nothing.
template <class Derived>
class OpenEnum {
 public:
  OpenEnum() = default;
  OpenEnum(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  OpenEnum(std::string_view text) : text_(text) {}        // NOLINT(google-explicit-constructor)
  OpenEnum(const char* text)
      : text_(text == nullptr ? "" : text) {}  // NOLINT(google-explicit-constructor)

  const std::string& str() const noexcept { return text_; }
  /// Whether this version of the library knows the value.
  bool known() const noexcept {
    for (const std::string_view value : Derived::values) {
      if (text_ == value) return true;
    }
    return false;
  }

  friend bool operator==(const OpenEnum& left, const OpenEnum& right) = default;
  friend bool operator==(const OpenEnum& left, std::string_view right) {
    return left.text_ == right;
  }
  friend bool operator==(const OpenEnum& left, const char* right) { return left.text_ == right; }

 private:
  std::string text_{};
};

/// What a file is for.
class Purpose : public OpenEnum<Purpose> {
 public:
  using OpenEnum::OpenEnum;
  static constexpr std::string_view Assistants = "assistants";
  static constexpr std::string_view AssistantsOutput = "assistants_output";
  static constexpr std::string_view Batch = "batch";
  static constexpr std::string_view BatchOutput = "batch_output";
  static constexpr std::string_view FineTune = "fine-tune";
  static constexpr std::string_view FineTuneResults = "fine-tune-results";
  static constexpr std::string_view Vision = "vision";
  static constexpr std::string_view UserData = "user_data";
  static constexpr std::string_view Evals = "evals";
  static constexpr std::string_view values[] = {Assistants,  AssistantsOutput, Batch,
                                                BatchOutput, FineTune,         FineTuneResults,
                                                Vision,      UserData,         Evals};
};

/// How far the processing of a file is. Deprecated upstream, and used by Argot for its verdict.
class Status : public OpenEnum<Status> {
 public:
  using OpenEnum::OpenEnum;
  static constexpr std::string_view Uploaded = "uploaded";
  static constexpr std::string_view Processed = "processed";
  static constexpr std::string_view Error = "error";
  static constexpr std::string_view values[] = {Uploaded, Processed, Error};
};

/// Fields that this version does not know, each with its JSON text, in the order in which they
/// came. They are written behind the known ones; what is no JSON is written as a string.
using ExtraFields = std::vector<std::pair<std::string, std::string>>;

/// A file and what is known of it; the bytes themselves come with downloadFile.
struct ARGOT_OPEN_AI_API OpenAIFile {
  std::string id{};
  /// The size of the file.
  std::int64_t bytes = 0;
  /// Seconds since 1970.
  std::int64_t createdAt = 0;
  std::optional<std::int64_t> expiresAt{};
  std::string filename{};
  /// Always "file".
  std::string object{"file"};
  Purpose purpose{};
  std::optional<Status> status{};
  std::optional<std::string> statusDetails{};
  ExtraFields extra{};

  /// As it stands on the wire, on one line; optional fields that are unset are left out.
  std::string toJson() const;
  friend bool operator==(const OpenAIFile&, const OpenAIFile&) = default;
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out, const OpenAIFile& file);
};

/// One page of a list.
struct ARGOT_OPEN_AI_API ListFilesResponse {
  std::vector<OpenAIFile> data{};
  /// Always "list".
  std::string object{"list"};
  /// Whether there is another page, which begins after lastId. False where the server does not say.
  bool hasMore = false;
  std::optional<std::string> firstId{};
  std::optional<std::string> lastId{};
  ExtraFields extra{};

  std::string toJson() const;
  friend bool operator==(const ListFilesResponse&, const ListFilesResponse&) = default;
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out,
                                                    const ListFilesResponse& page);
};

struct ARGOT_OPEN_AI_API DeleteFileResponse {
  std::string id{};
  /// Always "file".
  std::string object{"file"};
  bool deleted = false;
  ExtraFields extra{};

  std::string toJson() const;
  friend bool operator==(const DeleteFileResponse&, const DeleteFileResponse&) = default;
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out,
                                                    const DeleteFileResponse& deleted);
};

/// When a file ends.
struct ExpiresAfter {
  /// Always "created_at".
  std::string anchor{"created_at"};
  /// 3,600 to 2,592,000.
  std::int64_t seconds = 0;

  friend bool operator==(const ExpiresAfter&, const ExpiresAfter&) = default;
};

/// A file with a name of its own.
struct CreateFileRequestFile {
  std::string fileName{};
  FileContent content{};
  /// The media type of the part; that of a Blob, or application/octet-stream, where it is empty.
  std::string contentType{};
};

struct CreateFileRequest {
  std::variant<Blob, CreateFileRequestFile> file{};
  Purpose purpose{};
  std::optional<ExpiresAfter> expiresAfter{};
};

}  // namespace v0
}  // namespace argot::openai
