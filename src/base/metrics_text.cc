#include "base/metrics_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace argot {
namespace {

constexpr std::string_view infinity = "+Inf";

std::string_view text_of(MetricType type) {
  switch (type) {
    case MetricType::counter:
      return "counter";
    case MetricType::gauge:
      return "gauge";
    case MetricType::histogram:
      return "histogram";
  }
  std::unreachable();
}

bool is_letter(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         character == '_';
}

bool is_digit(char character) { return character >= '0' && character <= '9'; }

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::ranges::all_of(text, [](char each) { return is_letter(each) || is_digit(each); });
}

// A help text and a label's value end where their line does.
enum class Quotes { keep, escape };

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
  for (const char character : text) {
    if (character == '\\') {
      out += "\\\\";
    } else if (character == '\n') {
      out += "\\n";
    } else if (character == '"' && quotes == Quotes::escape) {
      out += "\\\"";
    } else {
      out += character;
    }
  }
}

// The shortest text that reads back as the same number.
std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? std::string(infinity) : "-Inf";
  std::array<char, 32> buffer{};
  const auto written = std::to_chars(buffer.begin(), buffer.end(), value);
  return {buffer.begin(), written.ptr};
}

}  // namespace

void MetricsText::begin(const MetricFamily& family) {
  ASSERT(is_name(family.name));
  ASSERT((family.type == MetricType::counter) == family.name.ends_with("_total"));
  name_ = family.name;
  type_ = family.type;
  text_ += "# HELP " + name_ + " ";
  append_escaped(text_, family.help, Quotes::keep);
  text_ += "\n# TYPE " + name_ + " " + std::string(text_of(type_)) + "\n";
}

void MetricsText::add(std::uint64_t value, Labels labels) {
  ASSERT(type_ != MetricType::histogram);
  line("", labels, "", std::to_string(value));
}

void MetricsText::add(double value, Labels labels) {
  ASSERT(type_ != MetricType::histogram);
  line("", labels, "", number_text(value));
}

void MetricsText::add(const HistogramValues& values, Labels labels) {
  ASSERT(type_ == MetricType::histogram);
  // Each bucket has what the ones below it have, and the last one everything.
  std::uint64_t count = 0;
  for (std::size_t bucket = 0; bucket < values.counts.size(); ++bucket) {
    count += values.counts[bucket];
    const bool is_last = bucket == values.bounds.size();
    line("_bucket", labels, is_last ? infinity : number_text(values.bounds[bucket]),
         std::to_string(count));
  }
  line("_sum", labels, "", number_text(values.sum));
  line("_count", labels, "", std::to_string(count));
}

// `bound` is the label `le` of a bucket; empty: no bucket.
void MetricsText::line(std::string_view suffix, Labels labels, std::string_view bound,
                       std::string_view value) {
  ASSERT(!name_.empty());
  text_ += name_;
  text_ += suffix;
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view text) {
    text_ += before;
    before = ',';
    text_ += name;
    text_ += "=\"";
    append_escaped(text_, text, Quotes::escape);
    text_ += '"';
  };
  for (const MetricLabel& each : labels) {
    ASSERT(is_name(each.name) && !each.name.starts_with("__"));
    label(each.name, each.value);
  }
  if (!bound.empty()) label("le", bound);
  if (before == ',') text_ += '}';
  text_ += ' ';
  text_ += value;
  text_ += '\n';
}

}  // namespace argot
