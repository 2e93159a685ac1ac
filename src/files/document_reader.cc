#include "files/document_reader.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/unique_fd.h"
#include "blob/file_ops.h"
#include "blob/nameless_file.h"
#include "blob/whole_io.h"
#include "digest/sha256.h"
#include "files/block_check.h"
#include "policy/file_types.h"
#include "policy/limits_in_force.h"

namespace argot::files {
namespace {

// What was damaged since it came says nothing of what came.
Result<> check_content(StoredContent& content, const std::stop_token& stop, Log& log) {
  for (std::uint64_t position = 0; position < content.layout().bytes();) {
    if (stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    const Block block = content.layout().block_at(position);
    TRY_DO(check_block(content, block, nullptr, log));
    position = block.end;
  }
  return {};
}

// The same, block by block to whoever takes them.
template <typename Take>
Result<> read_content(StoredContent& content, const std::stop_token& stop, Log& log, Take take) {
  std::vector<std::byte> bytes;
  for (std::uint64_t position = 0; position < content.layout().bytes();) {
    if (stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    const Block block = content.layout().block_at(position);
    bytes.resize(block.end - block.begin);
    TRY_DO(load_block(content, block, bytes, log));
    TRY_DO(take(Bytes(bytes)));
    position = block.end;
  }
  return {};
}

// A file of no name with the content, for a child that reads one descriptor; and its SHA-256.
Result<std::pair<UniqueFd, digest::Sha256Value>> copy_content(StoredContent& content,
                                                              const std::string& folder,
                                                              const std::stop_token& stop,
                                                              Log& log) {
  blob::SystemFileOps operations;
  digest::Sha256 hash;
  TRY(UniqueFd copy, blob::make_nameless_file(folder));
  TRY_DO(read_content(content, stop, log, [&](Bytes bytes) {
    hash.update(bytes);
    return blob::write_whole(operations, copy.get(), bytes);
  }));
  return std::pair(std::move(copy), hash.finish());
}

bool is_document(const catalog::WaitingFile& file) {
  return file.content.file.status == catalog::FileStatus::uploaded;
}

}  // namespace

Result<bool> DocumentReader::step(const std::stop_token& stop) {
  std::optional<catalog::WaitingFile> lent;
  {
    // Held, so that no two threads serve the same organisation's turn.
    const std::scoped_lock lock(mutex_);
    const WallTime now = parts_.clock.now();
    TRY(lent, parts_.catalog.claim_waiting(last_organization_id_, now, now + loan));
    if (!lent) return false;
    last_organization_id_ = lent->content.file.scope.organization_id;
  }
  if (!is_document(*lent)) {
    const auto sha256 = digest_of(lent->content, stop);
    if (!sha256) return wait_for_content(*lent, sha256.error(), stop);
    TRY(const bool is_settled, settle_as_it_is(*lent, *sha256));
    if (is_settled) parts_.log.info("digest_taken", {{"file", lent->content.file.id}});
    return true;
  }
  // It was lent once too often: whoever read it was gone each time, and may have been by its fault.
  if (lent->tries > tries_max) {
    TRY_DO(give_up(*lent));
    return true;
  }
  const auto readable = fetch(lent->content, stop);
  if (!readable) return wait_for_content(*lent, readable.error(), stop);
  const auto reading = read(lent->content.file, *readable, stop);
  if (!reading) return put_off(*lent, reading.error(), stop);
  TRY(const bool is_settled, settle(*lent, *reading));
  if (is_settled) note(lent->content.file, reading->document);
  return true;
}

// A store that is away says nothing of the file, however long it stays away.
Result<bool> DocumentReader::wait_for_content(const catalog::WaitingFile& file, const Error& error,
                                              const std::stop_token& stop) {
  if (!says_nothing(error) || stop.stop_requested()) return put_off(file, error, stop);
  TRY_DO(parts_.catalog.return_waiting(file, parts_.clock.now() + loan));
  return fail(error);
}

// For a later try, or none.
Result<bool> DocumentReader::put_off(const catalog::WaitingFile& file, const Error& error,
                                     const std::stop_token& stop) {
  if (stop.stop_requested()) {
    TRY_DO(parts_.catalog.return_waiting(file, WallTime()));
    return true;
  }
  if (error.code == ErrorCode::file_not_found) return true;
  counters_.failures.add();
  const std::string reason = describe(error);
  parts_.log.warning(
      "document_failed",
      {{"file", file.content.file.id}, {"try", file.tries}, {"error", std::string_view(reason)}});
  if (file.tries == tries_max) TRY_DO(give_up(file));
  return true;
}

Result<std::unique_ptr<StoredContent>> DocumentReader::open(const catalog::FileWithChecksums& row) {
  return open_stored_content(
      row,
      {.catalog = parts_.catalog, .blobs = parts_.blobs, .clock = parts_.clock, .log = parts_.log});
}

Result<DocumentReader::Readable> DocumentReader::fetch(const catalog::FileWithChecksums& row,
                                                       const std::stop_token& stop) {
  Readable readable;
  TRY(readable.content, open(row));
  StoredContent& content = *readable.content;
  TRY(const blob::BlobReader* const reader, content.open(content.layout().first()));
  readable.descriptor = reader->descriptor();
  if (row.file.part_count > 0 || readable.descriptor < 0) {
    TRY(auto copied, copy_content(content, parts_.copies_folder, stop, parts_.log));
    readable.copy = std::move(copied.first);
    readable.descriptor = readable.copy.get();
    if (row.file.part_count > 0) readable.sha256 = copied.second;
  } else {
    TRY_DO(check_content(content, stop, parts_.log));
  }
  TRY(const LimitOverrides own, parts_.catalog.limits(row.file.scope));
  readable.policy = policy::limits_in_force(parts_.settings, own);
  return readable;
}

Result<DocumentReader::Reading> DocumentReader::read(const catalog::File& row,
                                                     const Readable& readable,
                                                     const std::stop_token& stop) {
  const auto kind = documents::kind_of(policy::extension_of(row.filename));
  if (!kind) return fail(ErrorCode::internal, "the file is called like no document");
  Reading reading{.document = {}, .sha256 = readable.sha256};
  TRY(reading.document,
      policy::read_document(parts_.extractor, {.descriptor = readable.descriptor, .kind = *kind},
                            parts_.counters, readable.policy.assistants_tokens_max, stop));
  return reading;
}

Result<bool> DocumentReader::settle(const catalog::WaitingFile& file, const Reading& reading) {
  const bool is_good = reading.document.status_details.empty();
  std::string report = policy::encode(reading.document.report);
  if (reading.sha256) report = policy::with_sha256(report, reading.sha256->hex());
  return parts_.catalog.settle_waiting(
      file, {.status = is_good ? catalog::FileStatus::processed : catalog::FileStatus::error,
             .status_details = reading.document.status_details,
             .report = std::move(report)});
}

Result<digest::Sha256Value> DocumentReader::digest_of(const catalog::FileWithChecksums& row,
                                                      const std::stop_token& stop) {
  TRY(const std::unique_ptr<StoredContent> content, open(row));
  digest::Sha256 hash;
  TRY_DO(read_content(*content, stop, parts_.log, [&hash](Bytes bytes) -> Result<> {
    hash.update(bytes);
    return {};
  }));
  return hash.finish();
}

// Its status and what was found before stay.
Result<bool> DocumentReader::settle_as_it_is(const catalog::WaitingFile& file,
                                             const std::optional<digest::Sha256Value>& sha256) {
  const catalog::File& row = file.content.file;
  TRY(const auto found, parts_.catalog.find_report(row.scope, row.id, parts_.clock.now()));
  if (!found) return false;
  std::string report = found->report;
  if (sha256) report = policy::with_sha256(report, sha256->hex());
  return parts_.catalog.settle_waiting(
      file,
      {.status = row.status, .status_details = row.status_details, .report = std::move(report)});
}

void DocumentReader::note(const catalog::File& file, const policy::DocumentReading& reading) {
  Counter& counter = reading.is_over
                         ? counters_.over_limit
                         : counters_.outcomes.at(static_cast<std::size_t>(reading.outcome));
  counter.add();
  const std::string_view outcome =
      reading.is_over ? name(ErrorCode::too_many_tokens) : documents::name(reading.outcome);
  parts_.log.info("document_read", {{"file", file.id}, {"outcome", outcome}});
}

Result<> DocumentReader::give_up(const catalog::WaitingFile& file) {
  TRY(const bool is_settled, is_document(file)
                                 ? settle(file, {.document = policy::unreadable_document()})
                                 : settle_as_it_is(file, std::nullopt));
  if (!is_settled) return {};
  counters_.given_up.add();
  parts_.log.error("alarm_document_given_up", {{"file", file.content.file.id}});
  return {};
}

}  // namespace argot::files
