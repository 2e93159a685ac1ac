// The form of POST /files while it arrives: its file goes on to the disk, its few texts are read
// and checked as soon as they are whole, in whichever order the parts come.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "catalog/records.h"
#include "files/library.h"
#include "multipart/parser.h"
#include "policy/purpose.h"

namespace argot::api {

// What a whole form says.
struct Upload {
  std::unique_ptr<files::Intake> intake;
  std::string filename;
  policy::Purpose purpose = policy::Purpose::user_data;
  std::optional<std::uint64_t> expires_after_seconds;
};

// Fields that it does not know are read and ignored, those included that name what only the server
// decides (`id`, `created_at`, ...). Not thread-safe. `library` must outlive it.
class UploadForm final : public multipart::PartHandler {
 public:
  enum class Purposes { public_only, internal_too };

  // `scope` is that of the file.
  UploadForm(files::Library& library, catalog::Scope scope, Purposes allowed)
      : library_(library), scope_(std::move(scope)), allowed_(allowed) {}

  // Errors: invalid_purpose, invalid_request (a field that comes twice, is too long or has a wrong
  // value; `param` names it), file_too_large, those of Library::open_intake() and Intake::write().
  Result<> begin(const multipart::PartHead& head) override;
  Result<> data(Bytes bytes) override;
  Result<> end() override;

  // After the form's end. Errors: missing_file, missing_purpose, invalid_request (half of
  // expires_after).
  Result<Upload> take();

  // Removes what has been staged, as destruction would.
  void discard() { intake_ = nullptr; }

 private:
  enum class Field { file, purpose, anchor, seconds, ignored };

  static Field field_of(const multipart::PartHead& head);
  Result<> begin_file(const multipart::PartHead& head);
  Result<> end_purpose();
  Result<> end_anchor() const;
  Result<> end_seconds();

  files::Library& library_;
  catalog::Scope scope_;
  Purposes allowed_;

  Field field_ = Field::ignored;
  std::string field_name_;
  std::string text_;            // of a field that is read
  std::size_t text_bytes_ = 0;  // of any field but the file
  std::array<bool, 4> seen_{};  // by Field, but for the ignored ones

  std::unique_ptr<files::Intake> intake_;
  std::string filename_;
  std::optional<policy::Purpose> purpose_;
  std::optional<std::uint64_t> expires_after_seconds_;
};

}  // namespace argot::api
