#include "argot_open_ai/testing/files_server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace argot::openai {
inline namespace v0 {
namespace testing {
namespace {

constexpr std::string_view announcement = "listening on ";

std::string programOf(const OptionalText& wanted) {
  if (wanted) return *wanted;
  const char* const named = std::getenv("ARGOT_PROGRAM");
  return named == nullptr || *named == '\0' ? "argot" : named;
}

std::string temporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "argot-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "no temporary folder");
  }
  return name;
}

/// The value of `NAME=value` or `NAME='value'` in a file that a shell can source.
std::string credential(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(std::string(name) + "=");
    if (at == std::string::npos) continue;
    std::string value = line.substr(at + name.size() + 1);
    std::erase_if(value, [](char c) { return c == '\'' || c == '"'; });
    return value;
  }
  return {};
}

}  // namespace

struct FilesServer::State {
  ~State() {
    if (process > 0) {
      ::kill(process, SIGTERM);
      int status = 0;
      while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
      }
    }
    // The pipe has no writer any more.
    if (drain.joinable()) drain.join();
    if (errors >= 0) ::close(errors);
    std::error_code ignored;
    if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
  }

  void start(const std::string& program, const std::vector<std::string>& more);
  void waitForAddress(std::chrono::milliseconds timeout);
  void readOn();

  std::string folder = temporaryFolder();
  pid_t process = -1;
  int errors = -1;  // the reading end of the server's standard error
  std::string printed{};
  std::string url{};
  std::string key{};
  std::thread drain{};  // a full pipe would hold the server up
};

void FilesServer::State::start(const std::string& program, const std::vector<std::string>& more) {
  std::vector<std::string> arguments{program,          "serve",    "--data",
                                     folder + "/data", "--listen", "127.0.0.1:0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "no pipe");
  }
  errors = ends[0];
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  const int failed =
      ::posix_spawnp(&process, program.c_str(), &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed != 0) {
    process = -1;
    throw std::system_error(failed, std::generic_category(), "cannot start " + program);
  }
}

void FilesServer::State::waitForAddress(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::array<char, 4096> room{};
  for (;;) {
    const std::size_t at = printed.find(announcement);
    const std::size_t end = at == std::string::npos ? at : printed.find_first_of("\r\n", at);
    if (end != std::string::npos) {
      url = printed.substr(at + announcement.size(), end - at - announcement.size()) + "/v1";
      return;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{.fd = errors, .events = POLLIN, .revents = 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    const ssize_t got = ready <= 0 ? 0 : ::read(errors, room.data(), room.size());
    if (got <= 0) throw std::runtime_error("argot serve did not start: " + printed);
    printed.append(room.data(), static_cast<std::size_t>(got));
  }
}

// What the server logs from now on interests nobody.
void FilesServer::State::readOn() {
  drain = std::thread([from = errors] {
    std::array<char, 4096> room{};
    for (;;) {
      const ssize_t got = ::read(from, room.data(), room.size());
      if (got == 0 || (got < 0 && errno != EINTR)) return;
    }
  });
}

FilesServer::FilesServer(const FilesServerOptions& options) : state_(std::make_unique<State>()) {
  state_->start(programOf(options.program), options.arguments);
  state_->waitForAddress(options.startTimeout);
  state_->readOn();
  state_->key = credential(state_->folder + "/data/credentials", "ARGOTOPENAI_API_KEY_AUTH");
}

FilesServer::~FilesServer() = default;

const std::string& FilesServer::url() const noexcept { return state_->url; }

const std::string& FilesServer::apiKey() const noexcept { return state_->key; }

SDKOptions FilesServer::options() const {
  return {.apiKeyAuth = state_->key, .serverURL = state_->url};
}

}  // namespace testing
}  // namespace v0
}  // namespace argot::openai
