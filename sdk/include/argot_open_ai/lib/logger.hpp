// What calls do, for people who debug.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/function.hpp"

namespace argot::openai {
inline namespace v0 {

/// Receives the lines of one call after another, grouped. Called from the threads that make calls;
/// the library holds a lock meanwhile, so that lines of calls do not mix.
///
/// Secrets do not come here, unless SDKOptions::debugShowSecrets asks for them: of headers only
/// those that are known to be harmless are shown. Bodies are cut after 4 KiB, and bodies that are
/// not JSON or text are named, not shown.
class ARGOT_OPEN_AI_API Logger {
 public:
  Logger() = default;
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;
  virtual ~Logger();

  virtual void group(std::string_view title) = 0;
  virtual void groupEnd() = 0;
  virtual void log(std::string_view line) = 0;
};

/// Hands every line, indented as its groups say, to `sink`.
ARGOT_OPEN_AI_API std::shared_ptr<Logger> makeLogger(
    std::function<void(std::string_view line)> sink);

/// Writes to standard error: what ARGOTOPENAI_DEBUG turns on, unless it is 0, false, off or no.
ARGOT_OPEN_AI_API std::shared_ptr<Logger> consoleLogger();

}  // namespace v0
}  // namespace argot::openai
