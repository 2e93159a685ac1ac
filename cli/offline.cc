#include "cli/offline.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "cli/descriptor_source.h"
#include "cli/interrupt.h"
#include "cli/printable.h"
#include "cli/terminal.h"

namespace argot::cli {
namespace {

constexpr std::size_t read_bytes = 256_KiB;

// Shorter files are done before a bar could be read.
constexpr std::uint64_t bar_bytes_min = 64_MiB;
constexpr std::uint64_t bar_step_bytes = 16_MiB;

}  // namespace

int run_offline(const std::function<int(const OfflineSurroundings&)>& command) {
  std::signal(SIGPIPE, SIG_IGN);
  const Interrupt interrupt;
  const SystemClock clock;
  const int code = command({.clock = clock,
                            .input = STDIN_FILENO,
                            .is_out_terminal = ::isatty(STDOUT_FILENO) == 1,
                            .is_err_terminal = ::isatty(STDERR_FILENO) == 1,
                            .columns = window_columns,
                            .stop = interrupt.token()});
  return interrupt.exit_code(code);
}

Result<OpenFile> open_file(const std::string& path, int input) {
  if (path == standard_input) return OpenFile{.owned = {}, .descriptor = input, .bytes = {}};
  OpenFile file{.owned = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), .bytes = {}};
  struct stat facts{};
  if (!file.owned || ::fstat(file.owned.get(), &facts) != 0) {
    return fail(ErrorCode::internal, std::generic_category().message(errno));
  }
  file.descriptor = file.owned.get();
  if (S_ISREG(facts.st_mode)) file.bytes = static_cast<std::uint64_t>(facts.st_size);
  ::posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return file;
}

std::string failure_line(std::string_view path, std::string_view message) {
  return "argot: " + printable(path) + ": " + printable(message);
}

Result<> read_all(int descriptor, const std::stop_token& stop,
                  const std::function<void(std::uint64_t done)>& progress,
                  const std::function<Result<>(Bytes)>& take) {
  DescriptorSource source(descriptor, stop);
  std::vector<std::byte> buffer(read_bytes);
  std::uint64_t done = 0;
  try {
    for (;;) {
      const std::size_t count = source.read(buffer);
      if (count == 0) return {};
      TRY_DO(take(Bytes(buffer).first(count)));
      done += count;
      if (progress) progress(done);
    }
  } catch (const std::system_error& error) {
    return fail(ErrorCode::internal, error.code().message());
  }
}

std::function<void(std::uint64_t done)> ReadingBar::progress() {
  if (bytes_.value_or(bar_bytes_min) < bar_bytes_min) return {};
  return [this](std::uint64_t done) {
    if (done - drawn_ < bar_step_bytes) return;
    if (!bar_) bar_.emplace(board_, path_);
    drawn_ = done;
    bar_->update(done, bytes_);
  };
}

}  // namespace argot::cli
