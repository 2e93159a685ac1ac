#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "base/unique_fd.h"
#include "tests/support/required.h"

namespace argot::testing {
namespace {

// The folder of the newest server's programs; empty where none is installed.
std::string programs() {
  std::string newest;
  std::error_code failure;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", failure)) {
    const std::string folder = version.path() / "bin";
    if (std::filesystem::exists(folder + "/initdb", failure)) newest = std::max(newest, folder);
  }
  return newest;
}

// Whom to run as; nobody in particular where we are not root.
const passwd* other_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* const own = ::getpwnam("postgres");
  return own != nullptr ? own : ::getpwnam("nobody");
}

// Starts a program whose standard error and output go to `output`. It ends with us.
pid_t launch(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* const user = other_user();
  const pid_t process = ::fork();
  if (process != 0) return process;
  // Between fork and exec only calls that are safe in a child of many threads.
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

// All that the other end says until it says `word` or ends.
std::string read_until(int descriptor, const std::string& word) {
  std::string text;
  char buffer[4'096];
  while (text.find(word) == std::string::npos) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Pipe make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

pid_t parent_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // a name may hold anything
  if (name_end == std::string::npos) return -1;
  std::istringstream rest(line.substr(name_end + 1));
  std::string state;
  pid_t parent = -1;
  rest >> state >> parent;
  return parent;
}

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(name) == process) children.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return children;
}

void wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
}

// Runs a program to its end.
void run(const std::vector<std::string>& command) {
  Pipe output = make_pipe();
  const pid_t process = launch(command, output.write_end.get());
  output.write_end.close();
  const std::string said = read_until(output.read_end.get(), "nothing that anybody says");
  int status = -1;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  if (status != 0) throw std::runtime_error(command[0] + " failed: " + said);
}

// `text` with every character that means something in an URI written as its number.
std::string in_uri(const std::string& text) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string escaped;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    escaped += '%';
    escaped += digits[byte >> 4U];
    escaped += digits[byte & 15U];
  }
  return escaped;
}

}  // namespace

std::string PostgresServer::why_missing() {
  if (programs().empty()) {
    return unless_required("PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/initdb");
  }
  if (::geteuid() == 0 && other_user() == nullptr) {
    return unless_required("there is no user to run PostgreSQL as");
  }
  return {};
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() {
  if (const passwd* const user = other_user(); user != nullptr) {
    if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("cannot give the folder away");
    }
  }
  run({programs() + "/initdb", "--pgdata=" + (folder_ / "data"), "--auth=trust", "--username=argot",
       "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"});
  start();
}

PostgresServer::~PostgresServer() {
  if (process_ < 0) return;
  ::kill(process_, SIGQUIT);
  wait_for(process_);
}

void PostgresServer::start(const std::vector<std::string>& settings) {
  std::vector<std::string> command = {programs() + "/postgres", "-D", folder_ / "data", "-k",
                                      folder_.path()};
  std::vector<std::string> all = {"listen_addresses=", "max_connections=60", "shared_buffers=16MB",
                                  "autovacuum=off",    "wal_level=minimal",  "max_wal_senders=0"};
  all.insert(all.end(), settings.begin(), settings.end());
  for (const std::string& setting : all) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  Pipe output = make_pipe();
  process_ = launch(command, output.write_end.get());
  output.write_end.close();
  const std::string ready = "database system is ready to accept connections";
  const std::string said = read_until(output.read_end.get(), ready);
  if (said.find(ready) == std::string::npos) {
    wait_for(std::exchange(process_, -1));
    throw std::runtime_error("postgres did not start: " + said);
  }
}

void PostgresServer::stop() {
  ::kill(process_, SIGINT);
  wait_for(std::exchange(process_, -1));
}

void PostgresServer::kill() {
  ::kill(process_, SIGSTOP);  // it starts no more of them
  std::vector<UniqueFd> ends;
  for (const pid_t child : children_of(process_)) {
    ends.emplace_back(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    ::kill(child, SIGKILL);
  }
  ::kill(process_, SIGKILL);
  wait_for(std::exchange(process_, -1));
  for (const UniqueFd& end : ends) {
    pollfd waiting{.fd = end.get(), .events = POLLIN, .revents = 0};
    if (end) ::poll(&waiting, 1, -1);
  }
}

std::string PostgresServer::address(const std::string& database, const std::string& schema) const {
  std::string text = "postgres://argot@/" + database + "?host=" + in_uri(folder_.path().string());
  if (!schema.empty()) text += "&options=" + in_uri("-csearch_path=" + schema);
  return text;
}

void PostgresServer::sql(const std::string& text, const std::string& database) const {
  run({programs() + "/psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command=" + text,
       address(database)});
}

std::string PostgresServer::new_address() {
  const std::string name = "s" + std::to_string(++schemas_);
  sql("CREATE SCHEMA " + name);
  return address("postgres", name);
}

}  // namespace argot::testing
