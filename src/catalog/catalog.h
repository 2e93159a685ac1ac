// What exists, who owns it and how much of it there may be: organisations, projects, keys, limits
// and files.
//
// Every file operation takes a Scope, and the scope is part of the same statement as the look-up: a
// foreign id and an unknown id cannot be told apart. Changes are durable when a call returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit_overrides.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/upload_records.h"

namespace argot::catalog {

// Thread-safe. Reads never wait for writers. Errors of every call: internal (the database failed),
// outcome_unknown (a commit neither failed nor succeeded for certain; where only a restart can
// tell, the catalogue then refuses every further change with `unavailable` and calls the handler
// given at open), insufficient_storage (the disk takes no more), unavailable and overloaded (the
// database cannot be reached, or not now).
class Catalog {
 public:
  Catalog() = default;
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;
  virtual ~Catalog() = default;

  // --- What kind of catalogue it is --------------------------------------------------------------

  // Whether a read waits for a network, and so must not be made on an event loop.
  virtual bool reads_wait() const { return false; }

  // Whether several processes serve from it at the same time. One process that has it alone knows
  // that whatever another one began has ended.
  virtual bool is_shared() const { return false; }

  // --- Tenants ---------------------------------------------------------------------------------

  // A value that is another one after every commit, by whatever process; what was read after it was
  // asked for is still true while it is the same. Costs next to nothing. Nothing where it cannot be
  // told.
  virtual std::optional<Revision> revision() { return std::nullopt; }

  // Adds an organisation with one project ("default"), which is returned.
  virtual Result<Project> create_organization(std::string name) = 0;
  // The id of the oldest organisation. Where there is none, one is added, once, however many
  // processes ask at the same time.
  virtual Result<std::string> first_organization(std::string name) {
    TRY(std::vector<std::string> known, organizations());
    if (!known.empty()) return std::move(known.front());
    TRY(Project added, create_organization(std::move(name)));
    return std::move(added.organization_id);
  }
  // Error: invalid_request (no such organisation).
  virtual Result<Project> create_project(std::string organization_id, std::string name) = 0;

  // Projects of one organisation, oldest first; the first is where files without a project go.
  virtual Result<std::vector<Project>> projects(std::string_view organization_id) = 0;
  // Ids of all organisations, oldest first.
  virtual Result<std::vector<std::string>> organizations() = 0;

  // Error: invalid_request (no such organisation or project).
  virtual Result<> create_key(const Key& key) = 0;
  // Revoked and expired keys included.
  virtual Result<std::optional<Key>> find_key(std::string_view public_id) = 0;
  virtual Result<std::vector<Key>> keys() = 0;
  // Error: key_not_found. Revoking twice keeps the first time.
  virtual Result<> revoke_key(std::string_view public_id, WallTime now) = 0;

  // The limits that the organisation has of its own and, where the scope names one, the project.
  // The names are for others to understand.
  virtual Result<LimitOverrides> limits(const Scope& scope) = 0;
  // Of the project, if `owner` names one, else of the organisation; all changes or none. Error:
  // invalid_request (no such organisation or project).
  virtual Result<> set_limits(const Scope& owner, const std::vector<LimitChange>& changes,
                              WallTime now) = 0;

  // --- Files -----------------------------------------------------------------------------------

  // One transaction: mints the id and created_at (milliseconds = max(now, the organisation's last +
  // 1), so that ids of one organisation only grow), inserts the row and charges the quota. Errors:
  // organization_quota_exceeded, project_quota_exceeded (`detail` is the limit as text),
  // invalid_request (no such organisation or project), idempotency_key_reused (`detail` is the
  // key).
  //
  // Where it has an attempt that was done already, the file of then is returned, whose blob is
  // another one, and nothing is charged. That is so, for one API key and what it says of the file
  // (purpose, name, expiry, content), where
  // - the idempotency key came in the last 24 hours. With another file it is an error; the file may
  //   be gone by now;
  // - or neither has an idempotency key, and the file is still there, and it was committed for a
  //   lower retry count in the last 10 minutes, or after this attempt began. A file is given once
  //   to each retry count.
  virtual Result<File> commit_file(const NewFile& file) = 0;

  // Nothing if there is no such file in that scope, or it has expired by `now`.
  virtual Result<std::optional<File>> find_file(const Scope& scope, std::string_view id,
                                                WallTime now) = 0;
  virtual Result<std::optional<FileWithChecksums>> find_content(const Scope& scope,
                                                                std::string_view id,
                                                                WallTime now) = 0;
  virtual Result<std::optional<FileWithReport>> find_report(const Scope& scope, std::string_view id,
                                                            WallTime now) = 0;

  // By id, which is by creation. `after` need not exist (any more).
  virtual Result<FilePage> list_files(const FileQuery& query) = 0;

  // One transaction: removes the row, gives the quota back and notes its content as garbage. False
  // if there is no such file in that scope, or it has expired by `now`.
  virtual Result<bool> delete_file(const Scope& scope, std::string_view id, WallTime now) = 0;

  // Nothing used, where there is no such organisation or project.
  virtual Result<Usage> organization_usage(std::string_view organization_id) = 0;
  virtual Result<Usage> project_usage(std::string_view project_id) = 0;

  // Of all organisations together.
  virtual Result<Usage> total_usage() = 0;

  // --- Uploads that come in parts --------------------------------------------------------------
  //
  // What the parts of a pending upload have is counted as used, from the transaction that adds them
  // until the one that ends the upload; what no file takes is garbage then.

  // Error: invalid_request (no such organisation or project).
  virtual Result<Upload> create_upload(const NewUpload& upload) = 0;
  // Nothing if there is none in that scope. One that has expired by `now` says so.
  virtual Result<std::optional<Upload>> find_upload(const Scope& scope, std::string_view id,
                                                    WallTime now) = 0;
  // One transaction: charges the quota and inserts the part. Errors: upload_not_found,
  // upload_not_pending (`detail` is its status), organization_quota_exceeded and
  // project_quota_exceeded as above, invalid_request (it has as many parts as there may be).
  virtual Result<UploadPart> add_part(const NewPart& part) = 0;
  // Of a pending upload, in the order in which they came.
  virtual Result<std::vector<UploadPart>> upload_parts(std::string_view upload_id) = 0;
  // One transaction: makes the file, as commit_file() does, gives it its parts, and drops the
  // others. Where the upload is completed already, the file of then is returned. Errors:
  // upload_not_found, upload_not_pending, invalid_request (a part that is not there),
  // file_not_found (the file of then is gone).
  virtual Result<File> complete_upload(const Completion& completion) = 0;
  // One transaction: drops all parts. Doing it again changes nothing. Errors: upload_not_found,
  // upload_not_pending.
  virtual Result<Upload> cancel_upload(const Scope& scope, std::string_view id, WallTime now) = 0;
  // Ends up to `count` that have expired by `now`, as cancel_upload() does; how many it were.
  virtual Result<std::uint64_t> expire_uploads(WallTime now, std::uint64_t count) = 0;
  // Forgets up to `count` that ended long ago; how many it were.
  virtual Result<std::uint64_t> forget_uploads(WallTime now, std::uint64_t count) = 0;

  // Where the content of a file in several parts is, in its order. Nothing if the file is gone.
  virtual Result<std::vector<ContentPart>> content_parts(const BlobId& content) = 0;

  // --- Files that wait for somebody to read them -----------------------------------------------
  //
  // A file that NewFile::waits() waits until it is settled or gone.

  // Lends one that waits and is not lent: the oldest of its organisation, whose turn it is after
  // `after_organization_id`, in the order of their ids, round and round. If it is not settled by
  // `until` it may be lent again. How often it was lent survives a crash. Nothing: there is none.
  virtual Result<std::optional<WaitingFile>> claim_waiting(std::string_view after_organization_id,
                                                           WallTime now, WallTime until) = 0;
  // One transaction. False, and nothing done, if the file is gone, or somebody else settled it.
  virtual Result<bool> settle_waiting(const WaitingFile& file, const Settlement& settlement) = 0;
  // As if it had not been lent, but not before `until` is it lent again. Does nothing where it was
  // returned already, or lent to somebody else since.
  virtual Result<> return_waiting(const WaitingFile& file, WallTime until) = 0;
  // Ends all loans; their tries still count. For a process that starts and knows that it is alone.
  virtual Result<> release_waiting() = 0;
  // How many wait, lent ones included.
  virtual Result<std::uint64_t> waiting_files() = 0;

  // --- Housekeeping ----------------------------------------------------------------------------

  // Whether that process may do that work until then, because no other one holds it. That spares
  // work, and no more: a clock that is wrong may let two do the same. A catalogue that is not
  // shared gives it to whoever asks.
  virtual Result<bool> claim_duty(const DutyClaim& /*claim*/) { return true; }
  // The holder does it no longer. Does nothing where another one holds it.
  virtual Result<> give_up_duty(std::string_view /*duty*/, std::string_view /*holder*/) {
    return {};
  }

  // Deletes up to `count` files that have expired by `now`, as delete_file() does; how many it
  // were.
  virtual Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) = 0;

  // Up to `count` pieces of garbage, oldest first, behind the one with the sequence `after`;
  // behind 0 is the first. forget_garbage() follows their removal.
  virtual Result<std::vector<Garbage>> garbage(std::int64_t after, std::uint64_t count) = 0;
  virtual Result<> forget_garbage(const std::vector<Garbage>& removed) = 0;

  // Forgets up to `count` attempts of each sort that are too old to be asked for; how many it were.
  virtual Result<std::uint64_t> forget_attempts(WallTime now, std::uint64_t count) = 0;

  // Up to `count` files of all organisations that were stored after `sequence`, in that order.
  virtual Result<std::vector<StoredFile>> stored_files(std::int64_t sequence,
                                                       std::uint64_t count) = 0;
  virtual Result<ScrubState> scrub_state() = 0;
  virtual Result<> set_scrub_state(const ScrubState& state) = 0;

  // Whether a file, a part or a piece of garbage names that blob.
  virtual Result<bool> is_known(const BlobId& blob) = 0;

  // Those of the blobs that nothing names. Where the catalogue is shared, none of them can be
  // committed from then on, by whatever process, so that they may be removed: commit_file() and
  // add_part() fail (unavailable). One process that has it alone knows what it is taking in.
  virtual Result<std::vector<BlobId>> condemn(std::vector<BlobId> blobs, WallTime /*now*/) {
    std::vector<BlobId> unknown;
    for (BlobId& blob : blobs) {
      TRY(const bool known, is_known(blob));
      if (!known) unknown.push_back(std::move(blob));
    }
    return unknown;
  }

  // Whether reads work and changes are not refused for good: what /readyz asks.
  virtual Result<> check() = 0;
};

}  // namespace argot::catalog
