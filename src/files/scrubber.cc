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
constexpr std::uint64_t batch_files = 64;

// How much of a round a restart repeats at most.
constexpr std::chrono::minutes save_interval{1};

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
        catalog_.stored_files(*state_->last_sequence, batch_files));
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
  const StoredContentParts parts{
      .catalog = catalog_, .blobs = blobs_, .clock = clock_, .log = log_};
  auto content = open_stored_content(stored.content, parts);
  state_->last_sequence = stored.sequence - 1;  // until all of it was read
  if (!content && says_nothing(content.error())) return begin_again(content.error());
  counters_.files.add();
  if (content) {
    file_.emplace(OpenFile{.stored = std::move(stored), .content = *std::move(content)});
    return {};
  }
  state_->last_sequence = stored.sequence;
  // What was deleted meanwhile is no damage.
  TRY(const bool there, is_there(file));
  if (!there) return {};
  counters_.damaged.add();
  verified_.forget(file.blob);
  note_unreadable(file, content.error());
  return {};
}

// What is missing was told where it was looked for.
void Scrubber::note_unreadable(const catalog::File& file, const Error& error) {
  if (error.code == ErrorCode::content_missing) return;
  const std::string reason = describe(error);
  log_.error("alarm_content_unreadable",
             {{"file", file.id}, {"blob", file.blob.text()}, {"error", std::string_view(reason)}});
}

// That says nothing about the content; what is asked for next begins with the same file again.
std::unexpected<Error> Scrubber::begin_again(const Error& error) {
  next_.clear();
  file_.reset();
  return fail(error);
}

Result<std::uint64_t> Scrubber::read_block() {
  const Layout& layout = file_->content->layout();
  if (file_->position == layout.bytes()) {
    end_file();
    return 0;
  }
  const Block block = layout.block_at(file_->position);
  const auto reader = file_->content->open(*block.stretch);
  if (!reader) {
    if (!says_nothing(reader.error())) verified_.forget(block.stretch->blob);
    TRY_DO(give_up(reader.error()));
    return 0;
  }
  // What lies in memory was right when it was read; what the disk has now is the question.
  const std::uint64_t offset = block.begin - block.stretch->begin;
  const std::uint64_t bytes = block.end - block.begin;
  (*reader)->drop_cached(offset, bytes);
  const Result<> good = check_block(*file_->content, block, &file_->hash, log_);
  (*reader)->drop_cached(offset, bytes);
  if (!good && says_nothing(good.error())) return begin_again(good.error());
  // Whoever asks for it next finds out too, instead of being sent what was right once.
  if (!good) verified_.forget(block.stretch->blob);
  // Where it was removed meanwhile, or its object was, whoever opens it again finds out which.
  if (!good && good.error().code == ErrorCode::content_missing) {
    next_.clear();
    file_.reset();
    return 0;
  }
  if (!good) file_->is_damaged = true;
  file_->position = block.end;
  counters_.bytes.add(bytes);
  if (block.end == layout.bytes()) end_file();
  return bytes;
}

// A later part of the file cannot be opened.
Result<> Scrubber::give_up(const Error& error) {
  if (says_nothing(error)) return begin_again(error);
  if (error.code != ErrorCode::file_not_found) {
    note_unreadable(file_->stored.content.file, error);
    file_->is_damaged = true;
  }
  end_file();
  return {};
}

void Scrubber::end_file() {
  const catalog::File& file = file_->stored.content.file;
  // A damaged block was told already. Of a file in several parts the digest is one of its parts'.
  const bool has_digest = file.part_count == 0;
  if (!file_->is_damaged && has_digest && !(file_->hash.finish() == file.sha256)) {
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
