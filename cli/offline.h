// What the commands that look at files without a server share: what surrounds them, and how they
// read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "cli/progress_board.h"

namespace argot::cli {

inline constexpr std::string_view standard_input = "-";

// What a test replaces: time, the terminal, standard input and Ctrl-C.
struct OfflineSurroundings {
  const Clock& clock;
  int input = 0;  // a descriptor
  bool is_out_terminal = false;
  bool is_err_terminal = false;
  std::function<std::size_t()> columns = [] { return std::size_t{80}; };
  std::stop_token stop;
};

// Runs a command in the surroundings of the process; gives its exit code, or the interrupt's.
int run_offline(const std::function<int(const OfflineSurroundings&)>& command);

// A file that is open, and how long it is where that is known.
struct OpenFile {
  UniqueFd owned;
  int descriptor = -1;
  std::optional<std::uint64_t> bytes;
};

// `input` is what standard_input stands for. Error: internal, with the system's words.
Result<OpenFile> open_file(const std::string& path, int input);

// What is said of a file that could not be read.
std::string failure_line(std::string_view path, std::string_view message);

// Hands every piece to `take`, to the end; then tells `progress`, which may be empty, how much was
// read. Error: that of `take`, or internal, with the system's words in the detail, where the input
// cannot be read or the stop came.
Result<> read_all(int descriptor, const std::stop_token& stop,
                  const std::function<void(std::uint64_t done)>& progress,
                  const std::function<Result<>(Bytes)>& take);

// The bar of one file, once it has taken so long that a bar can be read. `board` must outlive it.
class ReadingBar {
 public:
  ReadingBar(ProgressBoard& board, std::string_view path, std::optional<std::uint64_t> bytes)
      : board_(board), path_(path), bytes_(bytes) {}

  // Empty for files that are done before a bar could be read.
  std::function<void(std::uint64_t done)> progress();

 private:
  ProgressBoard& board_;
  std::string path_;
  std::optional<std::uint64_t> bytes_;
  std::optional<ProgressBoard::Bar> bar_;
  std::uint64_t drawn_ = 0;
};

}  // namespace argot::cli
