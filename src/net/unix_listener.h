// A Unix socket to listen on: named by a path, for this user alone, and gone from its folder when
// its server is.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace argot::net {

class UnixListener {
 public:
  // Makes `path` (mode 0600 from its first moment) and listens. The socket of a server that has
  // died is replaced; one that a server answers on, and whatever is no socket, are left alone.
  // Error: cannot_start, whose detail says why.
  static Result<UnixListener> open(const std::string& path);

  UnixListener(UnixListener&& other) noexcept
      : socket_(std::move(other.socket_)),
        path_(std::exchange(other.path_, {})),
        device_(other.device_),
        inode_(other.inode_) {}
  UnixListener& operator=(UnixListener&&) = delete;
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;
  // Removes the name, unless it stands for another socket by now.
  ~UnixListener();

  // The socket is the caller's from now on; the name stays this object's.
  int release() { return socket_.release(); }

 private:
  UnixListener(UniqueFd socket, std::string path)
      : socket_(std::move(socket)), path_(std::move(path)) {}

  UniqueFd socket_;
  std::string path_;  // empty: nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace argot::net
