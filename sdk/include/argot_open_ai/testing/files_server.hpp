// A real server of one's own for tests: starts the program `argot` on a free port of the loopback
// interface with a folder that is removed afterwards.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/options.hpp"

namespace argot::openai {
inline namespace v0 {
namespace testing {

struct FilesServerOptions {
  /// Unset: ARGOT_PROGRAM of the environment, then `argot` of the PATH.
  OptionalText program{};
  /// Further arguments of `argot serve`: {"--limits-file-bytes", "1MB"}.
  std::vector<std::string> arguments{};
  std::chrono::milliseconds startTimeout{30'000};
};

/// Runs from its construction to its destruction. Not thread-safe; its address and key may be used
/// by any thread.
class ARGOT_OPEN_AI_API FilesServer {
 public:
  /// Throws std::runtime_error where the server does not start, with what it printed.
  explicit FilesServer(const FilesServerOptions& options = {});
  FilesServer(const FilesServer&) = delete;
  FilesServer& operator=(const FilesServer&) = delete;
  /// Ends the server and removes its folder.
  ~FilesServer();

  /// "http://127.0.0.1:PORT/v1"
  const std::string& url() const noexcept;
  /// Of the organisation that the first start made.
  const std::string& apiKey() const noexcept;
  /// Options that lead to it.
  SDKOptions options() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace testing
}  // namespace v0
}  // namespace argot::openai
