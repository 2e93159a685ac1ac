#include "documents/extractor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "documents/child.h"
#include "documents/child_run.h"
#include "documents/sanitized.h"
#include "documents/utf8_repair.h"

namespace argot::documents {
namespace {

class NullSink final : public Sink {
 public:
  Result<> write(Bytes) override { return {}; }
  Result<> finish() override { return {}; }
};

ChildCommand command_for(const std::string& program, std::string_view kind, const Limits& limits,
                         const std::string& engine) {
  ChildCommand command{.program = program,
                       .arguments = {"argot", std::string(child_command), std::string(kind),
                                     std::to_string(limits.memory_bytes_max),
                                     std::to_string(limits.cpu_time_max.count())}};
  if (!engine.empty()) command.arguments.push_back(engine);
  return command;
}

// The same file with an offset of its own, and for reading only.
Result<UniqueFd> reopened(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorCode::internal, "text is taken out of regular files only");
  }
  const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return fail(ErrorCode::unavailable, "the document cannot be opened again");
  return file;
}

}  // namespace

std::uint64_t Limits::text_bytes_for(std::uint64_t tokens) {
  constexpr std::uint64_t each = limits::document_text_bytes_per_token_max;
  const std::uint64_t counted = std::min(tokens, limits::settable_bytes_max / each);
  return std::max(limits::document_text_bytes_max, each * counted);
}

std::uint64_t Limits::usual_memory_bytes_max() {
  return is_sanitized ? 0 : limits::document_memory_bytes_max;
}

std::string Extractor::pdf_engine() const {
  const auto found = std::ranges::find_if(options_.pdf_engines, [](const std::string& path) {
    return ::access(path.c_str(), X_OK) == 0;
  });
  return found == options_.pdf_engines.end() ? std::string() : *found;
}

std::string Extractor::version_of(const std::string& engine, const Limits& limits,
                                  const std::stop_token& stop) {
  struct stat status{};
  if (::stat(engine.c_str(), &status) != 0) return "pdftotext";
  const EngineFile file{.device = status.st_dev,
                        .inode = status.st_ino,
                        .changed_seconds = status.st_ctim.tv_sec,
                        .changed_nanoseconds = status.st_ctim.tv_nsec};
  {
    const std::lock_guard lock(mutex_);
    if (known_ == file) return version_;
  }
  const UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  auto child = ChildProcess::start(
      command_for(options_.program, engine_version_kind, limits, engine), nothing.get());
  if (!child) return "pdftotext";
  NullSink none;
  const auto run = run_to_end(
      **child, {.wall_time_max = limits.wall_time_max, .text_bytes_max = limits.text_bytes_max},
      none, stop);
  if (!run || run->report.engine().empty()) return "pdftotext";
  const std::lock_guard lock(mutex_);
  known_ = file;
  version_ = run->report.engine();
  return version_;
}

Result<Extraction> Extractor::extract(const Input& input, const Limits& limits, Sink& text,
                                      const std::stop_token& stop) {
  TRY(const UniqueFd file, reopened(input.descriptor));
  std::string engine;
  Extraction extraction;
  if (input.kind == Kind::pdf) {
    engine = pdf_engine();
    if (engine.empty()) {
      extraction.verdict = {.outcome = Outcome::engine_missing,
                            .detail = "pdftotext is not installed"};
      return extraction;
    }
    extraction.engine = version_of(engine, limits, stop);
  }
  TRY(const auto child,
      ChildProcess::start(command_for(options_.program, name(input.kind), limits, engine),
                          file.get()));
  // The child may be a bad one by now: whatever it writes, what comes out is UTF-8.
  Utf8Repair repaired(text);
  TRY(ChildRun run,
      run_to_end(*child,
                 {.wall_time_max = limits.wall_time_max, .text_bytes_max = limits.text_bytes_max},
                 repaired, stop));
  if (run.verdict.is_good()) TRY_DO(repaired.finish());
  extraction.verdict = std::move(run.verdict);
  extraction.walls = run.report.walls();
  if (extraction.engine.empty()) extraction.engine = run.report.engine();
  extraction.text_bytes = run.text_bytes;
  return extraction;
}

}  // namespace argot::documents
