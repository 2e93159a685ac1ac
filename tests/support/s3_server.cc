#include "tests/support/s3_server.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/support/required.h"

namespace argot::testing {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string read_line(int descriptor) {
  std::string line;
  char character = 0;
  for (;;) {
    const ssize_t count = ::read(descriptor, &character, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || character == '\n') return line;
    line += character;
  }
}

}  // namespace

std::string S3Server::why_missing() {
  for (const std::string program : {"ceph", "ceph-mon", "ceph-osd", "radosgw"}) {
    if (!std::filesystem::exists("/usr/bin/" + program)) {
      return unless_required(program + " is not installed");
    }
  }
  return {};
}

S3Server& S3Server::shared() {
  static S3Server server;
  return server;
}

S3Server::S3Server() {
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  const std::string script = ARGOT_TEST_GATEWAY;
  const std::string folder = folder_.path();
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(input.read_end.get(), STDIN_FILENO);
    ::dup2(output.write_end.get(), STDOUT_FILENO);
    ::execlp("python3", "python3", "-B", script.c_str(), folder.c_str(), nullptr);
    ::_exit(127);
  }
  output.write_end.close();
  const std::string line = read_line(output.read_end.get());
  std::istringstream words(line);
  std::string ready;
  words >> ready >> endpoint_ >> access_key_ >> secret_key_;
  input_ = std::move(input.write_end);
  if (ready != "ready") throw std::runtime_error("the S3 server did not start");
}

S3Server::~S3Server() {
  input_.close();  // which it takes for its end
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
}

}  // namespace argot::testing
