// The threads that take the text out of documents, beside the requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/log.h"
#include "files/document_reader.h"
#include "server/repeating_thread.h"

namespace argot::server {

struct DocumentThreadsOptions {
  std::uint64_t threads = 1;  // documents at once
  // How often to look for a document that nobody said anything of: one whose reader is gone.
  std::chrono::milliseconds idle = std::chrono::seconds(1);
  // How long to wait after an error of the catalogue's.
  std::chrono::milliseconds pause_after_error = std::chrono::seconds(10);
};

// start() and stop() are one thread's; wake() is anybody's. The references must outlive it.
class DocumentThreads {
 public:
  DocumentThreads(files::DocumentReader& reader, Log& log, DocumentThreadsOptions options);

  DocumentThreads(const DocumentThreads&) = delete;
  DocumentThreads& operator=(const DocumentThreads&) = delete;
  // Stops.
  ~DocumentThreads() = default;

  void start();

  // One more document waits.
  void wake();

  // Ends what is under way, which is read again after the next start.
  void stop();

 private:
  // One document, and how long to wait after it.
  std::chrono::milliseconds step(const std::stop_token& stop);

  files::DocumentReader& reader_;
  Log& log_;
  DocumentThreadsOptions options_;
  // The last member: they end before the others go.
  std::vector<std::unique_ptr<RepeatingThread>> threads_;
};

}  // namespace argot::server
