#include "files/scrubber.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "files/block_check.h"

namespace argot::files {
namespace {

// How many files are asked for at once.
constexpr std::uint64_t batch = 64;

// How much of a round a restart repeats at most.
constexpr std::chrono::minutes save_interval{1};

// Whether a failure is of the store and leaves open how the content is.
bool says_nothing(const Error& error) {
  return error.code == ErrorCode::overloaded || error.code == ErrorCode::unavailable;
}

}  // namespace

Result<std::optional<std::uint64_t>> Scrubber::step() {
  if (!is_in_round_) {
    TRY(is_in_round_, begin_round());
    if (!is_in_round_) return std::nullopt;
  }
  if (!file_) {
    TRY(const bool has_file, open_next());
    if (!has_file) {
      TRY_DO(end_round());
      return std::optional<std::uint64_t>(0);
    }
  }
  std::uint64_t bytes = 0;
  if (file_) {
    TRY(bytes, read_block());
  }
  if (clock_.steady() - saved_at_ >= save_interval) TRY_DO(save());
  return std::optional<std::uint64_t>(bytes);
}

Result<bool> Scrubber::begin_round() {
  if (!state_) {
    TRY(state_, catalog_.scrub_state());
    saved_at_ = clock_.steady();
  }
  const bool goes_on = state_->last_sequence.has_value();
  if (!goes_on && clock_.now() < state_->began_at + interval_) return false;
  if (!goes_on) *state_ = {.began_at = clock_.now(), .last_sequence = 0};
  return true;
}

void Scrubber::reread_state() {
  state_.reset();
  is_in_round_ = false;
  next_.clear();
  file_.reset();
}

Result<> Scrubber::save() {
  if (!is_in_round_) return {};
  saved_at_ = clock_.steady();
  return catalog_.set_scrub_state(*state_);
}

Result<bool> Scrubber::open_next() {
  if (next_.empty()) {
    TRY(std::vector<catalog::StoredFile> found,
        catalog_.stored_files(*state_->last_sequence, batch));
    std::ranges::move(found, std::back_inserter(next_));
  }
  if (next_.empty()) return false;
  catalog::StoredFile stored = std::move(next_.front());
  next_.pop_front();
  TRY_DO(open_file(std::move(stored)));
  return true;
}

Result<> Scrubber::open_file(catalog::StoredFile stored) {
  const catalog::File& file = stored.content.file;
  auto reader = blobs_.open(file.blob);
  state_->last_sequence = stored.sequence - 1;  // until all of it was read
  if (!reader && says_nothing(reader.error())) {
    next_.clear();  // what is asked for next begins with it again
    return fail(reader.error());
  }
  counters_.files.add();
  if (reader && (*reader)->size() == file.bytes) {
    file_.emplace(OpenFile{.stored = std::move(stored), .reader = *std::move(reader)});
    return {};
  }
  state_->last_sequence = stored.sequence;
  TRY(const bool there, is_there(file));
  if (!there) return {};
  counters_.damaged.add();
  if (!reader && reader.error().code != ErrorCode::content_missing) {
    const std::string reason = describe(reader.error());
    log_.error(
        "alarm_content_unreadable",
        {{"file", file.id}, {"blob", file.blob.text()}, {"error", std::string_view(reason)}});
    return {};
  }
  log_.error("alarm_content_missing", {{"file", file.id}, {"blob", file.blob.text()}});
  return {};
}

Result<std::uint64_t> Scrubber::read_block() {
  const catalog::FileWithChecksums& content = file_->stored.content;
  const std::uint64_t begin = file_->position;
  const std::uint64_t end = std::min(begin + limits::checksum_block_bytes, content.file.bytes);
  if (begin < end) {
    // What lies in memory was right when it was read; what the disk has now is the question.
    file_->reader->drop_cached(begin, end - begin);
    const Result<> good = check_block(content, *file_->reader, begin, &file_->hash, log_);
    file_->reader->drop_cached(begin, end - begin);
    if (!good && says_nothing(good.error())) {
      file_.reset();
      next_.clear();
      return fail(good.error());
    }
    // Where it was removed meanwhile, or its object was, whoever opens it again finds out which.
    if (!good && good.error().code == ErrorCode::content_missing) {
      file_.reset();
      next_.clear();
      return std::uint64_t{0};
    }
    if (!good) file_->is_damaged = true;
  }
  file_->position = end;
  counters_.bytes.add(end - begin);
  if (end == content.file.bytes) end_file();
  return end - begin;
}

void Scrubber::end_file() {
  const catalog::File& file = file_->stored.content.file;
  // A damaged block was told already.
  if (!file_->is_damaged && !(file_->hash.finish() == file.sha256)) {
    log_.error("alarm_content_corrupt", {{"file", file.id}, {"blob", file.blob.text()}});
    file_->is_damaged = true;
  }
  if (file_->is_damaged) counters_.damaged.add();
  state_->last_sequence = file_->stored.sequence;
  file_.reset();
}

Result<> Scrubber::end_round() {
  state_->last_sequence.reset();
  const Result<> saved = save();
  is_in_round_ = false;
  TRY_DO(saved);
  counters_.rounds.add();
  log_.info("scrub_round", {{"files", counters_.files.value()},
                            {"bytes", counters_.bytes.value()},
                            {"damaged", counters_.damaged.value()}});
  return {};
}

Result<bool> Scrubber::is_there(const catalog::File& file) {
  TRY(const auto found, catalog_.find_file(file.scope, file.id, clock_.now()));
  return found.has_value();
}

}  // namespace argot::files
