#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <iterator>
#include <string>

#include "base/log.h"
#include "base/text.h"

namespace argot {
namespace {

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

// UTC with milliseconds: lines of several machines sort together.
std::string timestamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t calendar = seconds.time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&calendar, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     (now - seconds).count());
}

void append_value(std::string& line, const LogField& field, LogFormat format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    // Quoted in both forms: a client's text can neither end the line nor begin a new one.
    const bool is_plain = format == LogFormat::text && !text->empty() &&
                          text->find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789-_./:@+") == std::string_view::npos;
    if (is_plain) {
      line += *text;
    } else {
      append_json_string(line, *text);
    }
    return;
  }
  std::visit(
      [&](const auto& value) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
          fmt::format_to(std::back_inserter(line), "{}", value);
        }
      },
      field.value);
}

std::string json_line(LogLevel level, std::string_view event,
                      std::initializer_list<LogField> fields) {
  std::string line =
      fmt::format(R"({{"time":"{}","level":"{}","event":)", timestamp(), level_name(level));
  append_json_string(line, event);
  for (const LogField& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_value(line, field, LogFormat::json);
  }
  return line + "}";
}

std::string text_line(LogLevel level, std::string_view event,
                      std::initializer_list<LogField> fields) {
  std::string line = fmt::format("{} {:<7} {}", timestamp(), level_name(level), event);
  for (const LogField& field : fields) {
    line += fmt::format(" {}=", field.name);
    append_value(line, field, LogFormat::text);
  }
  return line;
}

// In one call, so that nobody else's line can come between, and with no lock, which threads would
// wait for while one of them is in the kernel. What cannot be written has nowhere else to go.
void write_out(std::string_view line) {
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

class StderrLog final : public Log {
 public:
  StderrLog(LogFormat format, LogLevel lowest) : format_(format), lowest_(lowest) {}

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override {
    if (level < lowest_) return;
    std::string line = format_ == LogFormat::json ? json_line(level, event, fields)
                                                  : text_line(level, event, fields);
    write_out(line += '\n');
  }

 private:
  const LogFormat format_;
  const LogLevel lowest_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogFormat format, LogLevel lowest) {
  return std::make_unique<StderrLog>(format, lowest);
}

}  // namespace argot
