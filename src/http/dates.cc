#include "http/dates.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/assert.h"
#include "http/characters.h"

namespace argot::http {

namespace {

namespace chrono = std::chrono;

// In the order of std::chrono::weekday's encoding.
constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t short_name_bytes = 3;

struct DateFields {
  int year = 0;
  int month = 0;  // 1 to 12
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;  // up to 60, the leap second
};

// Takes the text apart from its front. Once something does not fit, everything after fails too.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  bool is_whole() const { return is_good_ && rest_.empty(); }

  void literal(std::string_view expected) {
    is_good_ = is_good_ && rest_.starts_with(expected);
    if (is_good_) rest_.remove_prefix(expected.size());
  }

  // Exactly `digits` digits; a first one may be a space if the form pads with spaces.
  int number(std::size_t digits, bool is_space_padded = false) {
    int value = 0;
    is_good_ = is_good_ && rest_.size() >= digits;
    for (std::size_t at = 0; is_good_ && at < digits; ++at) {
      const char c = rest_[at];
      if (is_digit(c)) {
        value = value * 10 + (c - '0');
      } else {
        is_good_ = is_space_padded && at == 0 && c == ' ';
      }
    }
    if (is_good_) rest_.remove_prefix(digits);
    return value;
  }

  int month() {
    const auto* const found = std::ranges::find(months, rest_.substr(0, short_name_bytes));
    is_good_ = is_good_ && found != months.end();
    if (is_good_) rest_.remove_prefix(short_name_bytes);
    return static_cast<int>(found - months.begin()) + 1;
  }

  void time(DateFields& fields) {
    fields.hour = number(2);
    literal(":");
    fields.minute = number(2);
    literal(":");
    fields.second = number(2);
  }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

enum class Form { fixdate, rfc850, asctime };

// Tells the form by what follows the weekday, and takes the weekday off.
std::optional<Form> take_weekday(std::string_view& text) {
  for (const std::string_view name : weekdays) {
    const std::string_view short_name = name.substr(0, short_name_bytes);
    std::optional<Form> form;
    if (text.starts_with(name) && text.substr(name.size()).starts_with(", ")) {
      form = Form::rfc850;
      text.remove_prefix(name.size() + 2);
    } else if (text.starts_with(short_name) && text.substr(short_name_bytes).starts_with(", ")) {
      form = Form::fixdate;
      text.remove_prefix(short_name_bytes + 2);
    } else if (text.starts_with(short_name) && text.substr(short_name_bytes).starts_with(" ")) {
      form = Form::asctime;
      text.remove_prefix(short_name_bytes + 1);
    }
    if (form) return form;
  }
  return std::nullopt;
}

std::optional<DateFields> read_fixdate(std::string_view text) {
  DateReader reader(text);
  DateFields fields;
  fields.day = reader.number(2);
  reader.literal(" ");
  fields.month = reader.month();
  reader.literal(" ");
  fields.year = reader.number(4);
  reader.literal(" ");
  reader.time(fields);
  reader.literal(" GMT");
  return reader.is_whole() ? std::optional(fields) : std::nullopt;
}

std::optional<DateFields> read_rfc850(std::string_view text, std::int64_t now) {
  DateReader reader(text);
  DateFields fields;
  fields.day = reader.number(2);
  reader.literal("-");
  fields.month = reader.month();
  reader.literal("-");
  fields.year = reader.number(2);
  reader.literal(" ");
  reader.time(fields);
  reader.literal(" GMT");
  if (!reader.is_whole()) return std::nullopt;

  // RFC 9110: what appears to be more than 50 years ahead is the past century's.
  const auto today = chrono::floor<chrono::days>(chrono::sys_seconds(chrono::seconds(now)));
  const int year_now = static_cast<int>(chrono::year_month_day(today).year());
  fields.year += year_now / 100 * 100;
  if (fields.year > year_now + 50) fields.year -= 100;
  if (fields.year + 50 <= year_now) fields.year += 100;
  return fields;
}

std::optional<DateFields> read_asctime(std::string_view text) {
  DateReader reader(text);
  DateFields fields;
  fields.month = reader.month();
  reader.literal(" ");
  fields.day = reader.number(2, true);
  reader.literal(" ");
  reader.time(fields);
  reader.literal(" ");
  fields.year = reader.number(4);
  return reader.is_whole() ? std::optional(fields) : std::nullopt;
}

std::optional<std::int64_t> seconds_of(const DateFields& fields) {
  const chrono::year_month_day date{chrono::year(fields.year),
                                    chrono::month(static_cast<unsigned>(fields.month)),
                                    chrono::day(static_cast<unsigned>(fields.day))};
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) {
    return std::nullopt;
  }
  const auto time = chrono::sys_days(date) + chrono::hours(fields.hour) +
                    chrono::minutes(fields.minute) + chrono::seconds(fields.second);
  return time.time_since_epoch().count();
}

// `value` in `digits` digits.
void append_number(std::string& out, int value, int digits) {
  const std::string text = std::to_string(value);
  out.append(static_cast<std::size_t>(digits) - text.size(), '0').append(text);
}

}  // namespace

std::string format_date(std::int64_t unix_seconds) {
  const chrono::sys_seconds time{chrono::seconds(unix_seconds)};
  const auto days = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(days);
  const chrono::hh_mm_ss clock(time - days);
  const int year = static_cast<int>(date.year());
  ASSERT(year >= 1 && year <= 9999);

  std::string text;
  text.reserve(32);
  text.append(weekdays[chrono::weekday(days).c_encoding()].substr(0, short_name_bytes));
  text.append(", ");
  append_number(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text.append(" ").append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  append_number(text, year, 4);
  text.append(" ");
  append_number(text, static_cast<int>(clock.hours().count()), 2);
  text.append(":");
  append_number(text, static_cast<int>(clock.minutes().count()), 2);
  text.append(":");
  append_number(text, static_cast<int>(clock.seconds().count()), 2);
  return text.append(" GMT");
}

std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now) {
  const std::optional<Form> form = take_weekday(text);
  if (!form) return std::nullopt;
  std::optional<DateFields> fields;
  switch (*form) {
    case Form::fixdate:
      fields = read_fixdate(text);
      break;
    case Form::rfc850:
      fields = read_rfc850(text, now);
      break;
    case Form::asctime:
      fields = read_asctime(text);
      break;
  }
  return fields ? seconds_of(*fields) : std::nullopt;
}

}  // namespace argot::http
