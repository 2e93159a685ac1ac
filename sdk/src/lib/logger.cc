#include "argot_open_ai/lib/logger.hpp"

#include <atomic>
#include <cstddef>
#include <iostream>
#include <utility>

namespace argot::openai {
inline namespace v0 {
namespace {

class LineLogger final : public Logger {
 public:
  explicit LineLogger(std::function<void(std::string_view)> sink) : sink_(std::move(sink)) {}

  void group(std::string_view title) override {
    log(title);
    ++depth_;
  }

  void groupEnd() override {
    if (depth_ > 0) --depth_;
  }

  void log(std::string_view text) override {
    for (;;) {
      const std::size_t end = text.find('\n');
      std::string line(depth_ * 2, ' ');
      line.append(text.substr(0, end));
      sink_(line);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

 private:
  std::function<void(std::string_view)> sink_;
  /// Atomic because two clients may share a logger, each with a lock of its own.
  std::atomic<std::size_t> depth_ = 0;
};

}  // namespace

Logger::~Logger() = default;

std::shared_ptr<Logger> makeLogger(std::function<void(std::string_view line)> sink) {
  return std::make_shared<LineLogger>(std::move(sink));
}

std::shared_ptr<Logger> consoleLogger() {
  // In one piece, so that lines of several threads do not mix.
  return makeLogger([](std::string_view line) { std::cerr << std::string(line) + '\n'; });
}

}  // namespace v0
}  // namespace argot::openai
