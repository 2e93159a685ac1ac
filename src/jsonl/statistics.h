// How many of what a file holds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argot::jsonl {

// Who speaks in a message.
enum class Role : std::uint8_t { system, developer, user, assistant, tool, function };
inline constexpr std::size_t role_count = 6;

std::string_view text_of(Role role);
std::optional<Role> parse_role(std::string_view text);

// Sizes of records, in bytes or in tokens, from which it tells a percentile in little memory:
// exactly below 512, else at most 0.4 % above.
class SizeHistogram {
 public:
  void add(std::uint64_t size);

  std::uint64_t count() const { return count_; }
  std::uint64_t total() const { return total_; }
  std::uint64_t min() const { return min_; }
  std::uint64_t max() const { return max_; }
  // Rounded down; 0 where there is none.
  std::uint64_t mean() const { return count_ == 0 ? 0 : total_ / count_; }

  // The smallest size that at least `percent` of the records do not exceed. 0 where there is none.
  std::uint64_t percentile(std::uint64_t percent) const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t min_ = 0;
  std::uint64_t max_ = 0;
  std::vector<std::uint32_t> buckets_;  // as many as the largest size so far needs
};

// Counts by name: of the first limits::report_names_max names each, of all others together.
class NameCounts {
 public:
  void add(std::string_view name);

  const std::map<std::string, std::uint64_t, std::less<>>& by_name() const { return by_name_; }
  std::uint64_t others() const { return others_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> by_name_;
  std::uint64_t others_ = 0;
};

// Of one record, or of all: what conversations hold.
struct MessageCounts {
  std::array<std::uint64_t, role_count> roles{};
  std::uint64_t tools = 0;  // that are described
  std::uint64_t tool_calls = 0;

  void add(const MessageCounts& other);
};

struct Statistics {
  SizeHistogram record_bytes;
  MessageCounts messages;
  NameCounts models;
  NameCounts endpoints;
};

}  // namespace argot::jsonl
