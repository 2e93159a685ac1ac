#include "documents/child.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>

#include "base/sink.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "documents/charset.h"
#include "documents/child_report.h"
#include "documents/document_kind.h"
#include "documents/html_text.h"
#include "documents/office_reader.h"
#include "documents/sandbox.h"
#include "documents/xml_parser.h"
#include "documents/zip_archive.h"

namespace argot::documents {
namespace {

class DescriptorSink final : public Sink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

  Result<> write(Bytes chunk) override {
    while (!chunk.empty()) {
      const ssize_t size = ::write(descriptor_, chunk.data(), chunk.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return fail(ErrorCode::unavailable, "nobody takes the text");
      chunk = chunk.subspan(static_cast<std::size_t>(size));
    }
    return {};
  }
  Result<> finish() override { return {}; }

 private:
  int descriptor_;
};

// Without the destructors and the handlers that a sandbox has no use for.
[[noreturn]] void end(std::string_view last_line, int code) {
  (void)DescriptorSink(STDERR_FILENO).write(as_bytes(last_line));
  ::_exit(code);
}

void say(std::string_view line) { (void)DescriptorSink(STDERR_FILENO).write(as_bytes(line)); }

struct Job {
  std::optional<Kind> kind;  // nothing for the version of the engine
  std::uint64_t memory_bytes_max = 0;
  std::uint64_t cpu_seconds_max = 0;
  std::string engine;

  bool needs_engine() const { return !kind || *kind == Kind::pdf; }
};

std::optional<Job> job_of(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3 || arguments.size() > 4) return std::nullopt;
  const auto kind = kind_named(arguments[0]);
  const auto memory = parse_decimal(arguments[1]);
  const auto seconds = parse_decimal(arguments[2]);
  if ((!kind && arguments[0] != engine_version_kind) || !memory || !seconds) return std::nullopt;
  Job job{.kind = kind, .memory_bytes_max = *memory, .cpu_seconds_max = *seconds, .engine = {}};
  if (arguments.size() == 4) job.engine = arguments[3];
  if (job.needs_engine() != !job.engine.empty()) return std::nullopt;
  return job;
}

// The first to go where memory is short: where a cgroup bounds both, the server must outlive its
// children. That it fails changes nothing of what is read.
void give_way() {
  if (const UniqueFd score{::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)}) {
    (void)DescriptorSink(score.get()).write(as_bytes("1000"));
  }
}

void enter(const Confinement& confinement) {
  const auto walls = enter_sandbox(confinement);
  if (!walls) end(failed_line(walls.error().detail), 1);
  say(walls_line(describe(*walls)));
}

[[noreturn]] void run_reader(const Job& job) {
  // What loads something does so before the walls stand.
  xmlInitParser();
  const auto charsets = job.kind == Kind::html ? std::make_unique<Charsets>() : nullptr;
  enter({.profile = Profile::reader,
         .memory_bytes_max = job.memory_bytes_max,
         .cpu_seconds_max = job.cpu_seconds_max});
  const std::string xml = "libxml2 " + xml_version();
  say(engine_line(charsets ? xml : "libzip " + zip_version() + ", " + xml));
  DescriptorSink text(STDOUT_FILENO);
  const auto verdict = charsets ? read_html(STDIN_FILENO, *charsets, text)
                                : read_office(STDIN_FILENO, *job.kind, text);
  if (!verdict) ::_exit(1);
  end(outcome_line(*verdict), 0);
}

// One place in memory, which the filter is told of.
constexpr char engine_path[] = "";

[[noreturn]] void run_engine(const Job& job) {
  const UniqueFd program(::open(job.engine.c_str(), O_PATH | O_CLOEXEC));
  if (!program) {
    end(outcome_line({.outcome = Outcome::engine_missing, .detail = "there is no pdftotext"}), 0);
  }
  enter({.profile = Profile::engine,
         .memory_bytes_max = job.memory_bytes_max,
         .cpu_seconds_max = job.cpu_seconds_max,
         .input = STDIN_FILENO,
         .engine = program.get(),
         .engine_path = engine_path});
  say(starts_line());
  // By its name in /proc the file is read in place; standard input would be copied into memory.
  const char* const extract[] = {"pdftotext",       "-enc", "UTF-8", "-eol", "unix", "-nopgbrk",
                                 "/proc/self/fd/0", "-",    nullptr};
  const char* const tell_version[] = {"pdftotext", "-v", nullptr};
  const char* const no_environment[] = {nullptr};
  ::syscall(__NR_execveat, program.get(), engine_path, job.kind ? extract : tell_version,
            no_environment, AT_EMPTY_PATH);
  end(failed_line("pdftotext does not start"), 1);
}

}  // namespace

void run_child(const std::vector<std::string>& arguments) {
  const auto job = job_of(arguments);
  if (!job) end(failed_line("the arguments are wrong"), 2);
  give_way();
  try {
    if (job->needs_engine()) run_engine(*job);
    run_reader(*job);
  } catch (const std::bad_alloc&) {
    end("outcome too_large the document needs too much memory\n", 0);
  }
}

}  // namespace argot::documents
