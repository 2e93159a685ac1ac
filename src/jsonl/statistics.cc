#include "jsonl/statistics.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "base/quoting.h"

namespace argot::jsonl {
namespace {

constexpr auto roles = std::to_array<std::string_view>(
    {"system", "developer", "user", "assistant", "tool", "function"});
static_assert(roles.size() == role_count);

// Sizes below this have a bucket each; above it each power of two has this many.
constexpr std::uint64_t steps = 256;

std::size_t bucket_of(std::uint64_t size) {
  if (size < 2 * steps) return static_cast<std::size_t>(size);
  const auto shift = static_cast<std::uint64_t>(std::bit_width(size / steps)) - 1;
  return static_cast<std::size_t>(shift * steps + (size >> shift));
}

// The largest size in a bucket.
std::uint64_t top_of(std::size_t bucket) {
  if (bucket < 2 * steps) return bucket;
  const std::uint64_t shift = bucket / steps - 1;
  return ((bucket - shift * steps + 1) << shift) - 1;
}

}  // namespace

std::string_view text_of(Role role) { return roles.at(static_cast<std::size_t>(role)); }

std::optional<Role> parse_role(std::string_view text) {
  // One after the other, because what is known when this is compiled is compared faster.
  if (text == "user") return Role::user;
  if (text == "assistant") return Role::assistant;
  if (text == "system") return Role::system;
  if (text == "developer") return Role::developer;
  if (text == "tool") return Role::tool;
  if (text == "function") return Role::function;
  return std::nullopt;
}

void SizeHistogram::add(std::uint64_t size) {
  min_ = count_ == 0 ? size : std::min(min_, size);
  max_ = std::max(max_, size);
  ++count_;
  total_ += size;
  const std::size_t bucket = bucket_of(size);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
}

std::uint64_t SizeHistogram::percentile(std::uint64_t percent) const {
  const std::uint64_t wanted = (count_ * percent + 99) / 100;
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) return std::min(top_of(bucket), max_);
  }
  return 0;
}

void NameCounts::add(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) {
    ++found->second;
  } else if (by_name_.size() < limits::report_names_max && name.size() <= echo_bytes_max) {
    by_name_.emplace(name, 1);
  } else {
    ++others_;
  }
}

void MessageCounts::add(const MessageCounts& other) {
  for (std::size_t role = 0; role < role_count; ++role) roles[role] += other.roles[role];
  tools += other.tools;
  tool_calls += other.tool_calls;
}

}  // namespace argot::jsonl
