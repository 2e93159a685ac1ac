// Children that the tests start, to their ends.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "documents/child_process.h"
#include "documents/test_attempts.h"
#include "documents/test_documents.h"

namespace argot::documents {

struct Ended {
  int status = 0;
  std::string output;
  std::string report;

  bool is_killed_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
  int code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
};

inline std::string all_of(int descriptor) {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t size = ::read(descriptor, piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(size));
  }
}

// This program with other arguments; what it says must fit into a pipe.
inline Ended run_self(std::vector<std::string> arguments, std::string_view input = "") {
  arguments.insert(arguments.begin(), "test");
  auto child = ChildProcess::start({.program = "/proc/self/exe", .arguments = std::move(arguments)},
                                   file_with(input).get());
  if (!child) {
    ADD_FAILURE() << child.error().detail;
    return {};
  }
  Ended ended;
  ended.output = all_of((*child)->output());
  ended.report = all_of((*child)->report());
  ended.status = (*child)->reap();
  return ended;
}

// Whether what test_attempts.h calls so ends in a refusal, or in a quick end, behind those walls.
inline bool is_refused(const std::string& walls, std::string_view name) {
  const Ended ended = run_self({"attempt", walls, std::string(name)});
  EXPECT_NE(ended.code(), 200) << "the walls do not stand: " << walls;
  return ended.is_killed_by(SIGSYS) || ended.code() > 0;
}

}  // namespace argot::documents
