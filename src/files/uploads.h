// Files that come in parts: announced, taken in part by part, and put together by one commit that
// copies no byte. Start with begin().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/md5.h"
#include "files/inspections.h"
#include "files/live_blobs.h"
#include "files/part_intake.h"
#include "policy/judge.h"

namespace argot::files {

// What uploads work with; all of it must outlive them.
struct UploadsParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  Inspections& inspections;
  LiveBlobs& live;
  const policy::Policy& settings;
  const std::function<void()>& on_waiting;  // may be empty
  const Clock& clock;
  Log& log;
  std::chrono::seconds lifetime;
};

// What is said of the file before its parts come.
struct Announcement {
  catalog::Scope scope;  // with a project
  policy::Purpose purpose = policy::Purpose::user_data;
  std::string filename;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> expires_after_seconds;  // nothing: the purpose's default
};

// Which parts the file is made of.
struct Assembly {
  std::vector<std::string> part_ids;    // in the order of their content
  std::optional<digest::Md5Value> md5;  // what the content's must be; nothing: nobody asks
};

struct CompletedUpload {
  catalog::Upload upload;
  catalog::File file;
};

// Thread-safe.
class Uploads {
 public:
  explicit Uploads(const UploadsParts& parts) : parts_(parts) {}

  // Errors: those of judge_announced(); organization_quota_exceeded and project_quota_exceeded, if
  // not even now there would be room; the catalogue's.
  Result<catalog::Upload> begin(const Announcement& announcement);

  // Errors: upload_not_found, whose detail is the id; upload_not_pending, whose detail is the
  // status; the store's and the catalogue's.
  Result<std::unique_ptr<PartIntake>> open_part(const catalog::Scope& scope,
                                                std::string_view upload_id);

  // Doing it again gives the same file. The parts are read only where the purpose, the mode or
  // `md5` asks for what is in them. Errors: upload_not_found, upload_not_pending; invalid_request
  // (a part that is not the upload's or named twice, another size than was announced, another MD5);
  // those of judge(); content_corrupt and content_missing, of a part; the catalogue's.
  Result<CompletedUpload> complete(const catalog::Scope& scope, std::string_view upload_id,
                                   const Assembly& assembly);

  // Doing it again changes nothing. Errors: upload_not_found, upload_not_pending.
  Result<catalog::Upload> cancel(const catalog::Scope& scope, std::string_view upload_id);

 private:
  Result<catalog::Upload> find(const catalog::Scope& scope, std::string_view upload_id);
  Result<CompletedUpload> explain(const catalog::Upload& upload, Error error);
  Result<CompletedUpload> completed_before(catalog::Upload upload);
  Result<policy::Policy> policy_for(const catalog::Scope& scope);
  Result<catalog::File> assemble(const catalog::Upload& upload, const Assembly& assembly);
  Result<catalog::File> commit(const catalog::Upload& upload,
                               const std::vector<catalog::UploadPart>& parts,
                               catalog::NewFile file);
  Result<catalog::File> commit_empty(const catalog::Upload& upload, catalog::NewFile file);

  UploadsParts parts_;
};

}  // namespace argot::files
