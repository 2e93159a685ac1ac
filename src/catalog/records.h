// What the catalogue keeps, as values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "digest/digest_values.h"

namespace argot::catalog {

// Who may see a row: a whole organisation, or one of its projects.
struct Scope {
  std::string organization_id;
  std::optional<std::string> project_id;
};

struct Project {
  std::string id;
  std::string organization_id;
  std::string name;
};

// What a key may do, as a set of bits.
enum class Permission : std::uint32_t {
  files_read = 1U << 0U,
  files_write = 1U << 1U,
  files_delete = 1U << 2U,
  files_internal = 1U << 3U,
};

struct Key {
  std::string public_id;
  digest::Sha256Value secret_sha256;
  Scope scope;
  std::string name;
  std::uint32_t permissions = 0;
  WallTime created_at;
  std::optional<WallTime> expires_at;
  std::optional<WallTime> revoked_at;

  bool may(Permission permission) const {
    return (permissions & static_cast<std::uint32_t>(permission)) != 0;
  }
};

enum class FileStatus {
  uploaded,  // it waits for its text to be taken out
  processed,
  error,
};

// To be compared, and nothing else.
struct Revision {
  std::array<std::uint32_t, 12> words{};

  friend bool operator==(const Revision&, const Revision&) = default;
};

struct File {
  std::string id;
  Scope scope;  // a file always has a project
  std::string purpose;
  std::string filename;
  std::uint64_t bytes = 0;
  std::int64_t created_at = 0;  // seconds since 1970
  std::optional<std::int64_t> expires_at;
  FileStatus status = FileStatus::processed;
  std::string status_details;  // empty: none
  // Of a file in several parts, a digest over the digests and sizes of its parts.
  digest::Sha256Value sha256;
  // Where its content is; of a file in several parts, the name that its parts know it by.
  BlobId blob;
  std::uint64_t part_count = 0;  // 0: its content is one blob
};

// What tells one create from another, so that one whose reply was lost is not done twice.
struct Attempt {
  std::string key_id;             // the key's public id; empty where no key is asked for
  std::string idempotency_key;    // the client's own; empty: none
  std::uint32_t retry_count = 0;  // how often it has tried before, without an idempotency key
  WallTime began_at;              // when the request came
};

// A file to commit: all of File but what the commit itself decides (id, created_at, expires_at).
struct NewFile {
  Scope scope;
  std::string purpose;
  std::string filename;
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> expires_after_seconds;
  FileStatus status = FileStatus::processed;
  std::string status_details;
  digest::Sha256Value sha256;
  digest::BlockChecksums checksums;
  BlobId blob;
  std::uint64_t part_count = 0;
  // Of its bytes, those that are counted as used already: the parts of an upload.
  std::uint64_t charged_bytes = 0;
  // What the check of its content found, for whoever asks later; empty: nothing to keep. Up to
  // about 1 MiB.
  std::string report;
  // Nothing: it is a file of its own, whatever came before.
  std::optional<Attempt> attempt;
  // What may be used with this file in it; nothing: no limit.
  std::optional<std::uint64_t> organization_bytes_max;
  std::optional<std::uint64_t> project_bytes_max;

  // Whether there is more to find out of its content, once it is stored: its text, or the SHA-256
  // of what came in parts.
  bool waits() const { return status == FileStatus::uploaded || part_count > 0; }
};

// A file with what it takes to check its content.
struct FileWithChecksums {
  File file;
  digest::BlockChecksums checksums;
};

// A file of whichever organisation, by the order in which files were stored.
struct StoredFile {
  std::int64_t sequence = 0;
  FileWithChecksums content;
};

// A file whose text is to be taken out, lent to somebody who does that.
struct WaitingFile {
  std::int64_t sequence = 0;
  std::uint64_t tries = 0;  // how often it was lent and never given back, this time included
  FileWithChecksums content;
};

// What came of it.
struct Settlement {
  FileStatus status = FileStatus::processed;
  std::string status_details;  // empty: none
  std::string report;          // takes the place of the one before
};

// Where the reading of all that is stored has come to.
struct ScrubState {
  WallTime began_at;
  std::optional<std::int64_t> last_sequence;  // was read; nothing: the round has ended
};

// What a process needs to do a work of which one at a time is enough.
struct DutyClaim {
  std::string duty;    // "sweep"
  std::string holder;  // of the process, like no other one's
  WallTime now;
  WallTime until;
};

// A file with its report, which is empty where it was committed without one.
struct FileWithReport {
  File file;
  std::string report;
};

enum class Order { ascending, descending };

struct FileQuery {
  Scope scope;
  std::optional<std::string> purpose;
  std::optional<std::string> after;  // a file id; exclusive
  Order order = Order::descending;
  std::uint64_t limit = 0;
  WallTime now;  // files that have expired by then are left out
};

// What lists show of a file. Pages of whole rows cost half as much again.
struct ListedFile {
  std::string id;
  std::string purpose;
  std::string filename;
  std::uint64_t bytes = 0;
  std::int64_t created_at = 0;  // seconds since 1970
  std::optional<std::int64_t> expires_at;
  FileStatus status = FileStatus::processed;
  std::string status_details;  // empty: none

  static ListedFile of(File file) {
    return {.id = std::move(file.id),
            .purpose = std::move(file.purpose),
            .filename = std::move(file.filename),
            .bytes = file.bytes,
            .created_at = file.created_at,
            .expires_at = file.expires_at,
            .status = file.status,
            .status_details = std::move(file.status_details)};
  }
};

struct FilePage {
  std::vector<ListedFile> files;
  bool has_more = false;
};

// Content that no row needs any more.
struct Garbage {
  std::int64_t sequence = 0;
  BlobId blob;
};

struct Usage {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

}  // namespace argot::catalog
