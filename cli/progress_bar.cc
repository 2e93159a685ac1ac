#include "cli/progress_bar.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>
#include <vector>

#include "cli/printable.h"

namespace argot::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds sample_distance{100};
constexpr milliseconds window{5'000};
constexpr milliseconds shortest_base{200};

constexpr std::size_t name_columns_max = 30;
constexpr std::size_t bar_columns_min = 7;  // with its brackets
constexpr std::size_t bar_columns_max = 42;
constexpr std::uint64_t remaining_seconds_max = 359'999;  // 99:59:59

std::string right(std::string_view text, std::size_t columns) {
  return std::string(columns - std::min(columns, text.size()), ' ').append(text);
}

std::uint64_t percent(std::uint64_t done, std::uint64_t total) {
  if (done >= total) return 100;
  // Not 100 before the end, whatever is rounded.
  return std::min<std::uint64_t>(
      99, static_cast<std::uint64_t>(static_cast<double>(done) / static_cast<double>(total) * 100));
}

std::string bar(std::uint64_t done, std::uint64_t total, std::size_t columns) {
  const std::size_t inner = columns - 2;
  const std::size_t filled = inner * static_cast<std::size_t>(percent(done, total)) / 100;
  std::string text(filled, '=');
  if (filled < inner) text += '>';
  text.resize(inner, ' ');
  return "[" + text + "]";
}

std::string remaining(const TransferNumbers& numbers) {
  const double rate = numbers.bytes_per_second.value_or(0);
  if (!numbers.total || rate <= 0 || numbers.done >= *numbers.total) return "";
  const double seconds = std::ceil(static_cast<double>(*numbers.total - numbers.done) / rate);
  if (!(seconds <= static_cast<double>(remaining_seconds_max))) return "--:--";
  return short_duration(static_cast<std::uint64_t>(seconds));
}

// Those that fit into `columns`, the most wanted first.
std::string figures_of(const TransferNumbers& numbers, std::size_t columns) {
  if (!numbers.waiting_for.empty()) return "  " + numbers.waiting_for;
  std::vector<std::string> figures;
  if (numbers.total) {
    figures.push_back(right(std::to_string(percent(numbers.done, *numbers.total)), 5) + "%");
  }
  figures.push_back(right(short_bytes(numbers.done), 9));
  const double rate = std::clamp(numbers.bytes_per_second.value_or(0), 0.0, 1e18);
  const bool has_rate = numbers.bytes_per_second.has_value();
  figures.push_back(
      right(has_rate ? short_bytes(static_cast<std::uint64_t>(rate)) + "/s" : "", 11));
  if (numbers.total) figures.push_back(right(remaining(numbers), 9));
  std::string text;
  for (const std::string& figure : figures) {
    if (text.size() + figure.size() > columns) break;
    text += figure;
  }
  return text;
}

}  // namespace

std::string progress_line(const TransferNumbers& numbers, std::size_t columns) {
  const std::size_t name_columns = std::min(name_columns_max, columns / 3);
  const std::string figures = figures_of(numbers, columns - name_columns);
  std::string line = cut_to_columns(numbers.name, name_columns);
  line.append(name_columns - column_count(line), ' ');
  const std::size_t taken = name_columns + 1 + figures.size();
  const std::size_t left = columns > taken ? columns - taken : 0;
  if (numbers.total && numbers.waiting_for.empty() && left >= bar_columns_min) {
    line += " " + bar(numbers.done, *numbers.total, std::min(left, bar_columns_max));
  }
  line += figures;
  line.erase(line.find_last_not_of(' ') + 1);
  return cut_to_columns(line, columns);
}

void RateMeter::add(std::uint64_t done, SteadyTime now) {
  if (samples_.size() > 1 && now - samples_[samples_.size() - 2].time < sample_distance) {
    samples_.back() = {.time = now, .done = done};
    return;
  }
  samples_.push_back({.time = now, .done = done});
  while (samples_.size() > 2 && now - samples_.front().time > window) samples_.pop_front();
}

std::optional<double> RateMeter::bytes_per_second() const {
  if (samples_.empty()) return std::nullopt;
  const auto time = samples_.back().time - samples_.front().time;
  if (time < shortest_base) return std::nullopt;
  const std::uint64_t bytes = samples_.back().done - samples_.front().done;
  return static_cast<double>(bytes) / std::chrono::duration<double>(time).count();
}

}  // namespace argot::cli
