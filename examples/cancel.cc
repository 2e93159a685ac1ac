// Writes a file to standard output until it ends or Ctrl-C is pressed. The call ends then by
// itself, in milliseconds, and the program says what it has done so far.
//
//   cancel file-abc > copy.jsonl

#include <signal.h>

#include <argot_open_ai/argot_open_ai.hpp>
#include <argot_open_ai/funcs/filesDownloadFileTo.hpp>
#include <cstdint>
#include <iostream>
#include <stop_token>
#include <thread>

namespace openai = argot::openai;

namespace {

// Ctrl-C goes to a thread of its own, which may do more than a signal handler may.
void stopOnInterrupt(std::stop_source stop) {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
  std::thread([stop, interrupt]() mutable {
    int signal = 0;
    sigwait(&interrupt, &signal);
    stop.request_stop();
    // Not std::cerr, which waits for std::cout.
    std::clog << "stopping\n";
  }).detach();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: cancel ID\n";
    return 2;
  }
  const std::stop_source stop;
  stopOnInterrupt(stop);

  std::uint64_t written = 0;
  const openai::ArgotOpenAiCore core;
  const auto res = openai::filesDownloadFileTo(
      core, {.fileId = argv[1]}, std::cout,
      {.fetchOptions = {.signal = stop.get_token()},
       .onProgress = [&written](const openai::Progress& progress) { written = progress.done; }});
  if (res.ok()) return 0;
  if (res.error().as<openai::RequestAbortedError>() == nullptr) {
    std::cerr << res.error() << '\n';
    return 1;
  }
  std::cerr << "stopped after " << written << " bytes\n";
  return 130;
}
