#include "server/document_threads.h"

#include <string>
#include <string_view>

namespace argot::server {

DocumentThreads::DocumentThreads(files::DocumentReader& reader, Log& log,
                                 DocumentThreadsOptions options)
    : reader_(reader), log_(log), options_(options) {
  for (std::uint64_t number = 0; number < options_.threads; ++number) {
    threads_.push_back(std::make_unique<RepeatingThread>(
        [this](const std::stop_token& stop) { return step(stop); }));
  }
}

void DocumentThreads::start() {
  for (const auto& thread : threads_) thread->start();
}

void DocumentThreads::wake() {
  for (const auto& thread : threads_) thread->wake();
}

void DocumentThreads::stop() {
  // All are told before one is waited for: a document may take a while to let go.
  for (const auto& thread : threads_) thread->request_stop();
  for (const auto& thread : threads_) thread->stop();
}

std::chrono::milliseconds DocumentThreads::step(const std::stop_token& stop) {
  const Result<bool> read = reader_.step(stop);
  if (!read) {
    const std::string reason = describe(read.error());
    log_.warning("documents_failed", {{"error", std::string_view(reason)}});
    return options_.pause_after_error;
  }
  return *read ? std::chrono::milliseconds(0) : options_.idle;
}

}  // namespace argot::server
