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
#include "files/block_check.h"
#include "files/stored_content.h"
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

// The same, for content that is elsewhere: what was checked stands in `copy`.
Result<> copy_content(StoredContent& content, const std::stop_token& stop, Log& log, int copy) {
  blob::SystemFileOps operations;
  std::vector<std::byte> bytes;
  for (std::uint64_t position = 0; position < content.layout().bytes();) {
    if (stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    const Block block = content.layout().block_at(position);
    bytes.resize(block.end - block.begin);
    TRY_DO(load_block(content, block, bytes, log));
    TRY_DO(blob::write_whole(operations, copy, bytes));
    position = block.end;
  }
  return {};
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
  // It was lent once too often: whoever read it was gone each time, and may have been by its fault.
  if (lent->tries > tries_max) {
    TRY_DO(give_up(*lent));
    return true;
  }
  const auto reading = read(lent->content, stop);
  if (reading) {
    TRY(const bool is_settled, settle(*lent, *reading));
    if (is_settled) note(lent->content.file, *reading);
    return true;
  }
  if (stop.stop_requested()) {
    TRY_DO(parts_.catalog.return_waiting(*lent));
    return true;
  }
  if (reading.error().code == ErrorCode::file_not_found) return true;
  counters_.failures.add();
  const std::string reason = describe(reading.error());
  parts_.log.warning(
      "document_failed",
      {{"file", lent->content.file.id}, {"try", lent->tries}, {"error", std::string_view(reason)}});
  if (lent->tries == tries_max) TRY_DO(give_up(*lent));
  return true;
}

Result<policy::DocumentReading> DocumentReader::read(const catalog::FileWithChecksums& row,
                                                     const std::stop_token& stop) {
  const StoredContentParts parts{
      .catalog = parts_.catalog, .blobs = parts_.blobs, .clock = parts_.clock, .log = parts_.log};
  TRY(const std::unique_ptr<StoredContent> content, open_stored_content(row, parts));
  // Only content that is one blob waits.
  TRY(const blob::BlobReader* const reader, content->open(content->layout().first()));
  UniqueFd copy;
  if (reader->descriptor() < 0) {
    TRY(copy, blob::make_nameless_file(parts_.copies_folder));
    TRY_DO(copy_content(*content, stop, parts_.log, copy.get()));
  } else {
    TRY_DO(check_content(*content, stop, parts_.log));
  }
  const auto kind = documents::kind_of(policy::extension_of(row.file.filename));
  if (!kind) return fail(ErrorCode::internal, "the file is called like no document");
  TRY(const LimitOverrides own, parts_.catalog.limits(row.file.scope));
  const policy::Policy policy = policy::limits_in_force(parts_.settings, own);
  return policy::read_document(
      parts_.extractor, {.descriptor = copy ? copy.get() : reader->descriptor(), .kind = *kind},
      parts_.counters, policy.assistants_tokens_max, stop);
}

Result<bool> DocumentReader::settle(const catalog::WaitingFile& file,
                                    const policy::DocumentReading& reading) {
  const bool is_good = reading.status_details.empty();
  return parts_.catalog.settle_waiting(
      file, {.status = is_good ? catalog::FileStatus::processed : catalog::FileStatus::error,
             .status_details = reading.status_details,
             .report = policy::encode(reading.report)});
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
  TRY(const bool is_settled, settle(file, policy::unreadable_document()));
  if (!is_settled) return {};
  counters_.given_up.add();
  parts_.log.error("alarm_document_given_up", {{"file", file.content.file.id}});
  return {};
}

}  // namespace argot::files
