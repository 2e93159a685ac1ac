#include "net/unix_listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace argot::net {
namespace {

std::unexpected<Error> failed(std::string_view what, int code) {
  return fail(ErrorCode::cannot_start,
              std::string(what) + " (" + std::generic_category().message(code) + ")");
}

// A path as the socket calls take it. They have room for 107 bytes; a longer path is reached
// through a descriptor of its folder, which is kept open for that.
class SocketAddress {
 public:
  static Result<SocketAddress> of(const std::string& path) {
    SocketAddress made;
    std::string shown = path;
    if (path.size() >= sizeof made.address_.sun_path) {
      const std::filesystem::path whole(path);
      made.folder_ =
          UniqueFd(::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (!made.folder_) return failed("cannot open its folder", errno);
      shown =
          "/proc/self/fd/" + std::to_string(made.folder_.get()) + "/" + whole.filename().string();
    }
    if (shown.size() >= sizeof made.address_.sun_path) return failed("its name", ENAMETOOLONG);
    std::memcpy(made.address_.sun_path, shown.data(), shown.size());
    return made;
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static socklen_t size() { return sizeof(sockaddr_un); }

 private:
  sockaddr_un address_{.sun_family = AF_UNIX, .sun_path = {}};
  UniqueFd folder_;
};

Result<UniqueFd> new_socket() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return failed("there is no socket to be had", errno);
  return socket;
}

// Takes away what a server that has died left at `path`.
Result<> clear(const std::string& path, const SocketAddress& address) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) {
    if (errno == ENOENT) return {};
    return failed("cannot look at it", errno);
  }
  if (!S_ISSOCK(facts.st_mode)) {
    return fail(ErrorCode::cannot_start, "something that is no socket has that name");
  }
  TRY(const UniqueFd probe, new_socket());
  if (::connect(probe.get(), address.get(), SocketAddress::size()) == 0 || errno == EAGAIN) {
    return fail(ErrorCode::cannot_start, "another server listens there");
  }
  if (errno != ECONNREFUSED && errno != ENOENT) return failed("cannot try it", errno);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed("cannot remove it", errno);
  return {};
}

}  // namespace

Result<UnixListener> UnixListener::open(const std::string& path) {
  TRY(const SocketAddress address, SocketAddress::of(path));
  TRY_DO(clear(path, address));
  TRY(UniqueFd socket, new_socket());
  // On Linux the name gets the permissions that the socket has when it is bound: there is no moment
  // in which others could connect.
  if (::fchmod(socket.get(), 0600) != 0) return failed("cannot protect it", errno);
  if (::bind(socket.get(), address.get(), SocketAddress::size()) != 0) {
    return failed("cannot make it", errno);
  }
  UnixListener made(std::move(socket), path);
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0) return failed("cannot find it", errno);
  made.device_ = facts.st_dev;
  made.inode_ = facts.st_ino;
  if (::listen(made.socket_.get(), SOMAXCONN) != 0) return failed("cannot listen", errno);
  return made;
}

UnixListener::~UnixListener() {
  struct stat facts{};
  if (path_.empty() || ::lstat(path_.c_str(), &facts) != 0) return;
  if (facts.st_dev == device_ && facts.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace argot::net
