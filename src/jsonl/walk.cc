#include "jsonl/walk.h"

#include <algorithm>
#include <cstddef>

#include "base/quoting.h"

namespace argot::jsonl {
namespace {

// A pointer that would be longer ends at the innermost object or array that it can name whole.
constexpr std::size_t pointer_bytes_max = echo_bytes_max;

// RFC 6901 section 3.
void append_reference(std::string& pointer, std::string_view key) {
  for (const char byte : key) {
    if (byte == '~') {
      pointer += "~0";
    } else if (byte == '/') {
      pointer += "~1";
    } else {
      pointer += byte;
    }
  }
}

}  // namespace

Walk::Walk(WalkMemory& memory, ProblemLog& log, const Place& place, std::string_view line)
    : memory_(memory), reader_(memory.reader), log_(log), place_(place), line_(line) {
  memory_.gaps.clear();
  memory_.keys_.clear();
  // Clearing it costs as much as it ever held.
  if (!memory_.many_keys_.empty()) memory_.many_keys_.clear();
  if (!memory_.unescaped_.empty()) memory_.unescaped_.clear();
  reader_.open(line);
}

void Walk::any(const json::Item& item) {
  const auto kind = item.kind();
  if (!kind || !item.is_well_formed()) return reader_.break_off();
  if (*kind == json::Kind::object) {
    members(item,
            [this](const json::Key&, std::string_view, const json::Item& value) { any(value); });
  } else if (*kind == json::Kind::array) {
    items(item, [this](std::size_t, const json::Item& value) { any(value); });
  } else if (*kind == json::Kind::string) {
    leave_gap(item, Gap::Kind::string);
  } else if (*kind == json::Kind::number) {
    leave_gap(item, Gap::Kind::number);
  }
}

void Walk::report_type(const json::Item& item, json::Kind kind) {
  any(item);
  if (is_broken()) return;
  error("invalid_type", item.token(), [&] {
    return "Invalid type for " + python_repr(name()) + ": expected " +
           std::string(described(kind)) + ", but got " + std::string(described(*item.kind())) +
           " instead.";
  });
}

std::string_view Walk::text(const json::Item& string) {
  const std::string_view written = string.between_quotes();
  if (!reader_.has_escapes() || !written.contains('\\')) return written;
  return memory_.unescaped_.emplace_back(json::unescaped(written));
}

std::string_view Walk::unescaped(const json::ItemKey& key) {
  return memory_.unescaped_.emplace_back(key.meaning());
}

bool Walk::look_for_key(const json::Key& key, std::string_view written, std::size_t first) {
  std::vector<json::Key>& keys = memory_.keys_;
  if (is_broken()) return false;
  if (keys.size() == limits::record_keys_max) {
    error("too_many_keys", written, [] {
      return "Expected at most " + std::to_string(limits::record_keys_max) +
             " keys in a record, but got more.";
    });
    has_too_many_keys_ = true;
    reader_.break_off();
    return false;
  }
  // Few ones were compared already, and one of them is the same.
  if (keys.size() - first >= few_keys && is_new_among_many(key.text(), first)) {
    keys.push_back(key);
    return true;
  }
  error("duplicate_key", written,
        [&] { return "Expected each key once, but " + python_repr(name()) + " comes again."; });
  return false;
}

bool Walk::is_new_among_many(std::string_view key, std::size_t first) {
  const std::vector<json::Key>& keys = memory_.keys_;
  if (keys.size() - first == few_keys) {
    for (std::size_t i = first; i < keys.size(); ++i)
      memory_.many_keys_.emplace(first, keys[i].text());
  }
  return memory_.many_keys_.emplace(first, key).second;
}

void Walk::forget_many_keys(std::size_t first) {
  // Those of the objects inside are gone already.
  memory_.many_keys_.erase(memory_.many_keys_.lower_bound({first, {}}), memory_.many_keys_.end());
}

bool Walk::is_too_deep() {
  if (depth_ < limits::jsonl_depth_max) return false;
  reader_.break_off();
  return true;
}

std::vector<const Walk::Step*> Walk::path() const {
  std::vector<const Step*> path(depth_);
  std::size_t place = depth_;
  for (const Step* step = step_; step != nullptr; step = step->outer) path[--place] = step;
  return path;
}

std::string Walk::name(std::string_view member) const {
  std::string name;
  for (const Step* const step : path()) {
    if (name.size() > echo_bytes_max) return shortened(name);
    if (step->is_index) {
      name += '[' + std::to_string(step->index) + ']';
    } else {
      if (!name.empty()) name += '.';
      name += shortened(step->key);
    }
  }
  if (!member.empty()) {
    if (!name.empty()) name += '.';
    name += member;
  }
  return shortened(name);
}

std::string Walk::pointer(std::string_view below) const {
  std::string pointer;
  for (const Step* const step : path()) {
    const std::size_t parent_bytes = pointer.size();
    pointer += '/';
    if (step->is_index) {
      pointer += std::to_string(step->index);
    } else {
      append_reference(pointer, step->key.substr(0, pointer_bytes_max));
    }
    if (pointer.size() > pointer_bytes_max) return pointer.substr(0, parent_bytes);
  }
  return pointer + std::string(below);
}

Problem Walk::problem(std::string_view code, std::string_view part, std::string_view below,
                      std::string message) const {
  const std::size_t in_line = reader_.offset_of(part);
  return {.severity = Severity::error,
          .code = code,
          .line = place_.line,
          .column = place_.column + in_line,
          .offset = place_.offset + in_line,
          .pointer = pointer(below),
          .message = std::move(message)};
}

}  // namespace argot::jsonl
