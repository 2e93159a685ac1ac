// What every command that talks to a server works with: the client, the streams, the bars, and how
// failures are told.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "argot_open_ai/core.hpp"
#include "base/clock.h"
#include "base/result.h"
#include "cli/client_flags.h"
#include "cli/connection_choice.h"
#include "cli/io.h"
#include "cli/program.h"
#include "cli/progress_board.h"

namespace argot::cli {

// What a test replaces: the network, time, the terminal, standard input and Ctrl-C.
struct FilesSurroundings {
  std::function<openai::Result<openai::ArgotOpenAiCore>(openai::SDKOptions)> make_client;
  const Clock& clock;
  int input = 0;  // a descriptor
  bool is_out_terminal = false;
  bool is_err_terminal = false;
  std::function<std::size_t()> columns = [] { return std::size_t{80}; };
  std::stop_token stop;
};

// What the exit code of a failed call is: 3 where no answer came, else 1.
int exit_code_of(const openai::Error& error);

// One line about it, printable.
std::string failure_text(const openai::Error& error, const Connection& connection);

// Thread-safe.
class FilesSession {
 public:
  // `surroundings` and the streams must outlive it.
  FilesSession(openai::ArgotOpenAiCore core, Connection connection,
               const FilesSurroundings& surroundings, const Io& io);
  FilesSession(const FilesSession&) = delete;
  FilesSession& operator=(const FilesSession&) = delete;
  ~FilesSession() = default;

  const openai::ArgotOpenAiCore& core() const { return core_; }
  const FilesSurroundings& surroundings() const { return surroundings_; }
  std::ostream& out() const { return io_.out; }
  ProgressBoard& board() { return board_; }

  // Of one call.
  openai::RequestOptions options() const;
  // The same, with a bar that follows it; borrows the bar.
  openai::RequestOptions options(ProgressBoard::Bar& bar) const;

  // Whether Ctrl-C asks for the end: nothing more is begun then.
  bool is_stopped() const { return surroundings_.stop.stop_requested(); }

  // One line `argot: NAME: message`, of no failure.
  void tell(std::string_view name, std::string_view message);

  // One line `argot: NAME: message`, and the exit code is at least that of the failure.
  void fail(std::string_view name, const openai::Error& error);
  void fail(std::string_view name, std::string_view message, int code = exit_failure);

  // The worst of what happened.
  int exit_code();

 private:
  void raise_to(int code);

  openai::ArgotOpenAiCore core_;
  Connection connection_;
  const FilesSurroundings& surroundings_;
  Io io_;
  ProgressBoard board_;
  std::atomic<int> code_ = exit_success;
  std::atomic<bool> is_stop_told_ = false;
};

// Runs `command`, or tells why it cannot be one, against the server that `client` and the
// environment choose. The exit code.
int run_in_session(const Result<std::function<void(FilesSession&)>>& command,
                   const ClientArguments& client, const Invocation& invocation, const Io& io,
                   const FilesSurroundings& surroundings);

// Calls `run` with the network, the terminal and Ctrl-C as they are. The exit code.
int run_in_system(const std::function<int(const FilesSurroundings&)>& run);

}  // namespace argot::cli
