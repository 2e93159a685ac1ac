#include "jsonl/inspector.h"

#include <utility>

#include "base/assert.h"
#include "base/quoting.h"
#include "base/text.h"
#include "json/fault.h"
#include "json/line_reader.h"
#include "json/tokens.h"

namespace argot::jsonl {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Where the first byte is that is no white space.
std::size_t first_of(std::string_view text) {
  std::size_t place = 0;
  while (place < text.size() && json::is_white_space(text[place])) ++place;
  return place;
}

std::string kind_of(char first) {
  switch (first) {
    case '[':
      return "an array";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "null";
    case '{':
      // Whoever finds no fault agrees with the walk, unless there was no memory for it.
      return "an object that could not be read";
    default:
      return "a number";
  }
}

std::string listed(Formats formats) {
  std::string list;
  for (std::size_t i = 0; i < format_count; ++i) {
    const auto format = static_cast<Format>(i);
    if (!formats.contains(format)) continue;
    if (!list.empty()) list += " or ";
    list += described(format);
  }
  return list;
}

}  // namespace

template <typename Say>
void Inspector::note(Severity severity, std::string_view code, const Place& place, Say say) {
  report_.problems.add(severity, code, [&] {
    return Problem{.severity = severity,
                   .code = code,
                   .line = place.line,
                   .column = place.column,
                   .offset = place.offset,
                   .message = say()};
  });
}

Inspector::Inspector(SharedMemory& shared, const InspectorOptions& options)
    : shared_(shared), options_(options), lines_(shared.carried_lines, options.line_bytes_max) {}

Result<> Inspector::write(Bytes chunk) {
  ASSERT(!is_finished_);
  std::string_view text = as_text(chunk);
  report_.bytes += text.size();
  if (!is_stopped_) {
    const WalkPool::Lease lease = shared_.walks.lend();
    memory_ = &lease.memory();
    text = lines_.write(
        text, [this](std::string_view lines) { return find_end(lines); },
        [this](const Line& line) { return take(line); });
    found_for_ = nullptr;
    found_ = nullptr;
  }
  if (is_stopped_) rest_utf8_.write(text);
  return {};
}

Result<> Inspector::finish() {
  ASSERT(!is_finished_);
  is_finished_ = true;
  if (!is_stopped_) {
    const WalkPool::Lease lease = shared_.walks.lend();
    memory_ = &lease.memory();
    lines_.finish([this](const Line& line) { return take(line); });
  }
  report_.is_utf8 = report_.is_utf8 && rest_utf8_.is_utf8();
  if (report_.records == 0) {
    report_.problems.add(Severity::error, "empty_file", [] {
      return Problem{.code = "empty_file",
                     .message = "Expected at least one record, but the file has none."};
    });
  }
  if (checker_) checker_->finish(report_.records, report_.problems);
  return {};
}

const Report& Inspector::report() const {
  ASSERT(is_finished_);
  return report_;
}

bool Inspector::answers(const Expectation& expectation) const {
  ASSERT(is_finished_);
  if (is_stopped_ || lines_.is_starved()) return false;
  return !checker_ || choose(expectation, signs_) == choice_;
}

Inspector::Choice Inspector::choose(const Expectation& expectation, const Signs& signs) {
  if (expectation.forced) return {.checker = expectation.forced};
  const std::optional<Format> detected = signs.format(expectation.formats);
  if (!detected) return {.checker = expectation.fallback};
  if (expectation.formats.contains(*detected)) return {.checker = detected};
  return {.unwanted = detected, .expected = expectation.formats};
}

std::size_t Inspector::find_end(std::string_view lines) {
  if (!checker_) return lines.find('\n');
  found_for_ = lines.data();
  found_ = patterns_.find(lines, checker_->ids());
  if (found_ == nullptr) return lines.find('\n');
  const std::size_t bytes = found_->record.size();
  return lines[bytes] == '\r' ? bytes + 1 : bytes;
}

bool Inspector::take_found(const Line& line) {
  if (found_ == nullptr || options_.observer != nullptr) return false;
  if (found_for_ != line.text.data()) return false;
  if (!checker_->keep_like(*found_, report_.records + 1, report_.statistics)) return false;
  ++report_.records;
  report_.statistics.record_bytes.add(line.bytes);
  return true;
}

bool Inspector::take(const Line& line) {
  if (take_found(line)) return true;
  Place place{.line = line.number, .offset = line.offset};
  std::string_view text = line.text;
  if (line.number == 1 && text.starts_with(byte_order_mark)) {
    note(Severity::warning, "byte_order_mark", place, [] {
      return "The file begins with a byte order mark, which not every reader of JSON takes.";
    });
    text.remove_prefix(byte_order_mark.size());
    place.offset += byte_order_mark.size();
    place.column += byte_order_mark.size();
  }
  if (first_of(text) == text.size() && !line.is_too_long) {
    note(Severity::warning, "blank_line", place,
         [] { return "Expected a record, but the line is blank."; });
    return true;
  }
  place.record = ++report_.records;
  take_record(line, place, text);
  is_stopped_ = options_.stops_unless_object && report_.first_record == FirstRecord::other;
  return !is_stopped_;
}

void Inspector::take_record(const Line& line, const Place& place, std::string_view text) {
  report_.statistics.record_bytes.add(line.bytes);
  if (line.is_too_long) {
    report_.is_utf8 = report_.is_utf8 && line.is_utf8;
    note(Severity::error, "line_too_long", place, [&] {
      return "Expected a line of at most " + human_bytes(options_.line_bytes_max) +
             ", but this one has " + std::to_string(line.bytes) + " bytes.";
    });
    return see_first(FirstRecord::other);
  }
  const bool begins_object = text[first_of(text)] == '{';
  if (!begins_object) return report_fault(place, text);
  const bool is_done = is_known(place, text);
  if (is_done && options_.observer == nullptr) return;
  const auto take_with = [&](WalkMemory& memory) {
    if (is_done) return show(memory, place, text);
    if (!take_object(memory, place, text)) report_fault(place, text);
  };
  if (text.size() <= WalkPool::long_line_bytes) return take_with(*memory_);
  const WalkPool::LongLease lease = shared_.walks.lend_for_long_line();
  take_with(lease.memory());
}

bool Inspector::is_known(const Place& place, std::string_view record) {
  if (!checker_) return false;
  const bool was_sought = found_for_ == record.data();
  const Patterns::Match* const match =
      was_sought ? found_ : patterns_.find(record, checker_->ids());
  return match != nullptr && checker_->keep_like(*match, place.record, report_.statistics);
}

void Inspector::show(WalkMemory& memory, const Place& place, std::string_view record) {
  if (!choice_.checker) return;
  options_.observer->see({.text = record, .place = place, .format = *choice_.checker},
                         memory.reader, report_.problems);
}

bool Inspector::take_object(WalkMemory& memory, const Place& place, std::string_view record) {
  const bool is_first = !checker_;
  if (is_first) prepare_checker(memory, record);
  if (!checker_) return false;

  // The problems of a broken record do not stand: words for them would be made for nothing, record
  // after record. Hence the first walk only counts, as long as words are wanted at all.
  const bool counts_first = report_.problems.wants_words();
  if (counts_first) {
    record_log_.restart_counting();
  } else {
    record_log_.restart_for(report_.problems);
  }
  std::optional<Walk> walk(std::in_place, memory, record_log_, place, record);
  if (!walk_object(*walk)) {
    // What was broken tells no format.
    if (is_first) checker_ = nullptr;
    return false;
  }
  if (counts_first) {
    const bool has_problems = record_log_.count() > 0;
    record_log_.restart_for(report_.problems);
    if (has_problems) walk_object(walk.emplace(memory, record_log_, place, record));
  }
  see_first(FirstRecord::object);
  if (is_first && choice_.unwanted) {
    note(Severity::error, "wrong_format", place, [&] {
      return "Expected " + listed(choice_.expected) + ", but got " +
             std::string(described(*choice_.unwanted)) + ".";
    });
  }
  if (is_first) report_.format = choice_.checker ? choice_.checker : choice_.unwanted;
  if (!walk->is_broken()) checker_->keep(*walk, report_.statistics);
  if (record_log_.count() > 0) {
    report_.problems.append(record_log_);
    return true;
  }
  patterns_.learn(record, memory.gaps, checker_->facts());
  if (options_.observer != nullptr) show(memory, place, record);
  return true;
}

bool Inspector::walk_object(Walk& walk) {
  if (const auto root = walk.root()) checker_->walk(walk, *root);
  walk.finish();
  return !walk.is_broken() || walk.has_too_many_keys();
}

void Inspector::prepare_checker(WalkMemory& memory, std::string_view record) {
  Signs signs;
  json::LineReader& reader = memory.reader;
  reader.open(record);
  const auto root = reader.root();
  if (!root) return;
  // Of keys that come again the first one counts, as in every walk.
  bool has_messages = false;
  reader.each_member(*root, [&](const json::ItemKey& key, const json::Item& value) {
    signs.see_key(key.meaning());
    if (!key.is("messages") || std::exchange(has_messages, true)) return;
    if (value.kind() != json::Kind::array) return;
    reader.each_item(value, [&](const json::Item& message) {
      signs.see_message();
      if (message.kind() != json::Kind::object) return;
      bool has_role = false;
      reader.each_member(message, [&](const json::ItemKey& name, const json::Item& role) {
        if (!name.is("role") || std::exchange(has_role, true)) return;
        if (role.kind() != json::Kind::string || !role.is_well_formed()) return;
        signs.see_message_role(json::unescaped(role.between_quotes()));
      });
    });
  });
  if (reader.is_broken()) return;
  signs_ = signs;
  choice_ = choose(options_.expectation, signs_);
  checker_ = choice_.checker ? make_checker(*choice_.checker) : make_any_checker();
}

void Inspector::report_fault(const Place& place, std::string_view record) {
  const auto fault = json::find_fault(record, json::Root::any_value);
  see_first(FirstRecord::other);
  Place at = place;
  const std::size_t in_record = fault ? fault->offset : first_of(record);
  at.offset += in_record;
  at.column += in_record;
  if (!fault) {
    return note(Severity::error, "data_type", at, [&] {
      return "Expected a JSON object, but got " + kind_of(record[in_record]) + ".";
    });
  }
  const auto found = [&](std::string_view what) {
    return [what, &fault] {
      return std::string(what) + " Expected " + fault->expected + ", but got " + fault->got + ".";
    };
  };
  switch (fault->kind) {
    case json::FaultKind::utf8:
      report_.is_utf8 = false;
      return note(Severity::error, "invalid_utf8", at, found("This line is not UTF-8."));
    case json::FaultKind::depth:
      return note(Severity::error, "too_deep", at, found("This line is nested too deep."));
    case json::FaultKind::grammar:
      return note(Severity::error, "invalid_json_line", at,
                  found("This line is not parseable as valid JSON."));
  }
}

void Inspector::see_first(FirstRecord first_record) {
  if (report_.first_record == FirstRecord::none) report_.first_record = first_record;
}

}  // namespace argot::jsonl
