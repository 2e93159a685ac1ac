// The form of POST /uploads/{upload_id}/parts while it arrives: its one file, `data`, goes on to
// the disk.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "catalog/records.h"
#include "files/library.h"
#include "multipart/parser.h"

namespace argot::api {

// Other fields are read and ignored. Not thread-safe. `library` must outlive it.
class PartForm final : public multipart::PartHandler {
 public:
  // `scope` is what the caller sees.
  PartForm(files::Library& library, catalog::Scope scope, std::string upload_id)
      : library_(library), scope_(std::move(scope)), upload_id_(std::move(upload_id)) {}

  // Errors: invalid_request (`data` comes twice, or another field is too long), those of
  // Library::open_part() and PartIntake::write().
  Result<> begin(const multipart::PartHead& head) override;
  Result<> data(Bytes bytes) override;
  Result<> end() override { return {}; }

  // After the form's end. Error: invalid_request (there was no `data`).
  Result<std::unique_ptr<files::PartIntake>> take();

  // Removes what has been staged, as destruction would.
  void discard() { intake_ = nullptr; }

 private:
  files::Library& library_;
  catalog::Scope scope_;
  std::string upload_id_;
  bool is_in_data_ = false;
  std::size_t ignored_bytes_ = 0;  // of the field that is read
  std::unique_ptr<files::PartIntake> intake_;
};

}  // namespace argot::api
