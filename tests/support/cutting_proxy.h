// Stands between a client and a server that listens on a Unix socket, and loses what it is told to
// lose.
#pragma once

#include <poll.h>

#include <atomic>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "tests/support/fakes.h"

namespace argot::testing {

// Thread-safe.
class CuttingProxy {
 public:
  // Listens on a socket of the same name in a folder of its own.
  CuttingProxy(std::string server_folder, std::string socket_name);
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;
  ~CuttingProxy();

  std::string folder() const { return folder_.path().string(); }

  // The next answer of the server that has `text` in it does not arrive: its connection is cut.
  void cut_at(const std::string& text);
  // How often that was done.
  int cuts() const { return cuts_; }
  // Cuts every connection as the client sees it, and returns when that is done; the server keeps
  // its ends until the proxy is gone.
  void cut_clients();
  // Whether further connections are taken. If not, they are cut at once.
  void take(bool is_taking) { is_taking_ = is_taking; }

 private:
  struct Link {
    UniqueFd client;
    UniqueFd server;
  };

  void serve();
  void accept_one();
  bool carry(Link& link, bool is_from_server);
  void tell() const;

  TempFolder folder_;
  const std::string server_path_;
  UniqueFd listener_;
  UniqueFd wake_read_;
  UniqueFd wake_write_;
  std::mutex mutex_;  // guards cut_at_
  std::string cut_at_;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> is_taking_ = true;
  std::atomic<bool> is_cutting_clients_ = false;
  std::atomic<bool> is_ending_ = false;
  std::list<Link> links_;          // the thread's alone
  std::list<UniqueFd> abandoned_;  // the same: servers whose clients were cut
  std::thread thread_;             // last: it uses all of the above
};

}  // namespace argot::testing
