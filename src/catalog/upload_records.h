// What the catalogue keeps of uploads that come in parts, as values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/records.h"
#include "digest/digest_values.h"

namespace argot::catalog {

enum class UploadStatus { pending, completed, cancelled, expired };

// What is said of a file before its parts come.
struct Upload {
  std::string id;
  Scope scope;  // an upload always has a project
  std::string purpose;
  std::string filename;
  std::uint64_t bytes = 0;
  std::int64_t created_at = 0;  // seconds since 1970, as are
  std::int64_t expires_at = 0;  // the upload's, not the file's
  std::optional<std::uint64_t> file_expires_after_seconds;
  UploadStatus status = UploadStatus::pending;
  std::string file_id;  // of one that is completed
};

struct NewUpload {
  Scope scope;
  std::string purpose;
  std::string filename;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> file_expires_after_seconds;
  std::chrono::seconds lifetime{};
};

struct UploadPart {
  std::string id;
  std::string upload_id;
  std::int64_t created_at = 0;  // seconds since 1970
  std::uint64_t bytes = 0;
  digest::Sha256Value sha256;
  digest::BlockChecksums checksums;
  BlobId blob;
};

struct NewPart {
  Scope scope;  // of its upload
  std::string upload_id;
  std::uint64_t bytes = 0;
  digest::Sha256Value sha256;
  digest::BlockChecksums checksums;
  BlobId blob;
  // What may be used with this part in it; nothing: no limit.
  std::optional<std::uint64_t> organization_bytes_max;
  std::optional<std::uint64_t> project_bytes_max;
};

// How an upload becomes a file.
struct Completion {
  std::string upload_id;
  // Those of its parts that make the file, in the order of their content; all others are dropped.
  std::vector<std::string> part_ids;
  // The file. Its bytes are counted as used already. With a part_count the parts stay its content,
  // under the name `blob`; without one, `blob` is where its content is, and a part of that name
  // becomes the file's.
  NewFile file;
};

// A piece of the content of a file in several parts.
struct ContentPart {
  BlobId blob;
  std::uint64_t bytes = 0;
  digest::BlockChecksums checksums;
};

}  // namespace argot::catalog
