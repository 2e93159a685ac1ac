// Takes the text out of documents that strangers sent, each in a child process of its own that has
// no rights but to read the one file. Start here.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/sink.h"
#include "documents/document_kind.h"
#include "documents/verdict.h"

namespace argot::documents {

// What one document may take. At each bound the extraction ends with an outcome that says so.
struct Limits {
  std::uint64_t memory_bytes_max = usual_memory_bytes_max();  // 0 for no bound
  std::chrono::seconds cpu_time_max = limits::document_cpu_time_max;
  std::chrono::milliseconds wall_time_max = limits::document_wall_time_max;
  std::uint64_t text_bytes_max = limits::document_text_bytes_max;

  // Enough text for that many tokens, whatever they are, and never less than the usual bound.
  static std::uint64_t text_bytes_for(std::uint64_t tokens);

 private:
  // None under a sanitizer, which reserves terabytes.
  static std::uint64_t usual_memory_bytes_max();
};

struct Extraction {
  Verdict verdict;
  std::string engine;            // "libxml2 2.9.14"; empty where none was started
  std::string walls;             // "seccomp landlock namespaces": those of the child that stood
  std::uint64_t text_bytes = 0;  // that were written to the sink
};

// Thread-safe.
class Extractor {
 public:
  struct Options {
    // Calls run_child() when its first argument is child_command; usually the program itself.
    std::string program = "/proc/self/exe";
    // The first of them that exists is used.
    std::vector<std::string> pdf_engines = {"/usr/bin/pdftotext", "/usr/local/bin/pdftotext"};
  };

  struct Input {
    int descriptor = -1;  // of a regular file; neither its offset nor its rights matter
    Kind kind = Kind::html;
  };

  explicit Extractor(Options options) : options_(std::move(options)) {}

  // Writes the text to `text` as well-formed UTF-8, in pieces of at most 64 KiB, and leaves it to
  // the caller to finish it, or to drop it where the verdict is not good: then a part of the text
  // was written. Blocks until the child is gone. Fails with the error of `text`, and with
  // `unavailable` if it was stopped, or if this machine cannot run the child.
  Result<Extraction> extract(const Input& input, const Limits& limits, Sink& text,
                             const std::stop_token& stop = {});

 private:
  // Which file an engine is, until it is replaced.
  struct EngineFile {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t changed_seconds = 0;
    std::int64_t changed_nanoseconds = 0;

    friend bool operator==(const EngineFile&, const EngineFile&) = default;
  };

  std::string pdf_engine() const;
  std::string version_of(const std::string& engine, const Limits& limits,
                         const std::stop_token& stop);

  std::mutex mutex_;
  EngineFile known_;     // guarded by mutex_
  std::string version_;  // guarded by mutex_: what that file said
  const Options options_;
};

}  // namespace argot::documents
