// Space set aside beside the catalogue and given up when the disk is full, so that deletes, which
// need a little of it before they free more, can always be written.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/log.h"

namespace argot::server {

inline constexpr std::uint64_t ballast_bytes = 16_MiB;

// A file of `bytes` bytes, all of them really there. Thread-safe, but for prepare() and renew(),
// which one thread calls.
class Ballast {
 public:
  // `log` must outlive it.
  Ballast(std::string path, Log& log, std::uint64_t bytes = ballast_bytes);

  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

  // At start, before the catalogue is opened: gives up what an earlier process set aside if the
  // disk is full by now, and otherwise does what renew() does.
  void prepare();

  // Sets the space aside unless it is already, where there is several times as much free. What goes
  // wrong is only logged: the space is a precaution.
  void renew();

  // Gives the space up. False if there was none.
  bool release();

  // How often the space was given up.
  std::uint64_t releases() const { return releases_; }

 private:
  bool set_aside();

  std::string path_;
  Log& log_;
  std::uint64_t bytes_;
  std::atomic<bool> is_held_ = false;
  std::atomic<std::uint64_t> releases_ = 0;
};

}  // namespace argot::server
