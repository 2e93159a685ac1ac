#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <ctime>
#include <iterator>

#include "base/log.h"
#include "base/text.h"

namespace argot {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

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
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", parts, (now - seconds).count());
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

class StderrLog final : public Log {
 public:
  StderrLog(LogFormat format, LogLevel lowest)
      // owners: the logger alone; spdlog takes nothing else.
      : format_(format), logger_("argot", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog_level(lowest));
    logger_.flush_on(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view event,
             std::initializer_list<LogField> fields) override {
    const auto spdlog_s = spdlog_level(level);
    if (!logger_.should_log(spdlog_s)) return;
    logger_.log(spdlog_s, format_ == LogFormat::json ? json_line(level, event, fields)
                                                     : text_line(level, event, fields));
  }

 private:
  LogFormat format_;
  spdlog::logger logger_;
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(LogFormat format, LogLevel lowest) {
  return std::make_unique<StderrLog>(format, lowest);
}

}  // namespace argot
