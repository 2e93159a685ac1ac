// The product's heart: files are taken in, found, read and removed here, over a catalogue and a
// blob store. It knows no HTTP, no SQL and no JSON. Start with open_intake() and intake.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "files/content.h"
#include "files/inspections.h"
#include "files/intake.h"
#include "files/live_blobs.h"
#include "files/reservations.h"
#include "files/uploads.h"
#include "files/verified_blocks.h"
#include "policy/judge.h"

namespace argot::files {

struct LibraryOptions {
  // Of the settings. The limits that tenants have instead are read anew for each upload, because
  // they may change beside a live server.
  policy::Policy policy;
  // Uploads are refused (insufficient_storage) while the disk has less than this to give, so that
  // deletes and the catalogue go on working.
  std::uint64_t free_bytes_min = 0;
  // How long a block that was read and found right is sent without being read again.
  std::chrono::milliseconds verify_max_age = limits::verify_max_age;
  // How long the parts of an upload may take to come.
  std::chrono::seconds upload_lifetime = limits::upload_lifetime;
  // Told, by whatever thread committed it, that one more file waits for its text. Must not block.
  std::function<void()> on_waiting = nullptr;
};

// Thread-safe. The references must outlive it.
class Library {
 public:
  Library(catalog::Catalog& catalog, blob::BlobStore& blobs, const Clock& clock, Log& log,
          LibraryOptions options);

  const policy::Policy& policy() const { return options_.policy; }

  // What is known of an upload before its first byte.
  struct Expected {
    std::optional<std::uint64_t> content_bytes;  // its Content-Length
    // It may be there already, and charged: no quota is a reason to refuse it yet.
    bool may_be_stored = false;
    bool is_part = false;  // of a file that comes in parts
  };

  // The cheap look before any byte is read: sets quota aside for an upload of about that size. One
  // that states its size is refused when even without its overhead it could not fit. Only the
  // commit decides for certain. Errors: file_too_large, invalid_request (of a part, the same),
  // organization_quota_exceeded, project_quota_exceeded; the catalogue's.
  Result<Reservation> reserve(const catalog::Scope& scope, const Expected& expected);

  // Begins to take a file in for that project. Errors: insufficient_storage; the catalogue's.
  Result<std::unique_ptr<Intake>> open_intake(const catalog::Scope& scope);

  // Files that come in parts.
  Uploads& uploads() { return uploads_; }
  // Begins to take a part in. Errors: upload_not_found and upload_not_pending, the others as above.
  Result<std::unique_ptr<PartIntake>> open_part(const catalog::Scope& scope,
                                                std::string_view upload_id);

  // Errors: file_not_found, whose detail is `id`.
  Result<catalog::File> find(const catalog::Scope& scope, std::string_view id);
  Result<> remove(const catalog::Scope& scope, std::string_view id);
  Result<catalog::FileWithReport> report(const catalog::Scope& scope, std::string_view id);

  // A file's content, for sending; its bytes are not looked for yet. Errors: file_not_found;
  // download_refused; content_missing, where parts of it are.
  Result<std::unique_ptr<Content>> find_content(const catalog::Scope& scope, std::string_view id);
  // The same, and opened. Errors: those of Content::open() as well.
  Result<std::unique_ptr<Content>> open_content(const catalog::Scope& scope, std::string_view id);

  // `query.now` is filled in here.
  Result<catalog::FilePage> list(catalog::FileQuery query);

  // What tokens are counted with here; it lives as long as the library.
  tokens::LazyCounterPools& token_counters() { return inspections_.token_counters(); }

  // What is being taken in right now; the sweeper leaves it alone.
  const LiveBlobs& live_blobs() const { return live_blobs_; }

  // What is sent without being read again; whoever finds damage makes it forget.
  VerifiedBlocks& verified_blocks() { return verified_blocks_; }
  // How many blocks of content were read, compared with their checksum and found right.
  std::uint64_t blocks_verified() const { return verified_blocks_.added(); }

 private:
  // Error: insufficient_storage.
  Result<> check_space();

  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  const Clock& clock_;
  Log& log_;
  LibraryOptions options_;
  Reservations reservations_;
  LiveBlobs live_blobs_;
  Inspections inspections_;
  VerifiedBlocks verified_blocks_;
  Uploads uploads_;
};

}  // namespace argot::files
