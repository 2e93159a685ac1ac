// Space held back on the disk beside the database: once the disk is full it is given up, and
// deletes can be committed, which is what makes room again.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

namespace argot::catalog {

// Thread-safe. Nothing here is an error: without ballast a full disk only stays full.
class Ballast {
 public:
  // `path` is a file of its own. With 0 bytes there is never any ballast.
  Ballast(std::string path, std::uint64_t bytes) : path_(std::move(path)), bytes_(bytes) {}
  Ballast(const Ballast&) = delete;
  Ballast& operator=(const Ballast&) = delete;

  // Takes the space if it is not taken and the disk has twice as much. Whether it is taken now.
  bool take();

  // Gives the space back. Whether there was any.
  bool release();

 private:
  std::mutex mutex_;
  const std::string path_;
  const std::uint64_t bytes_;
};

}  // namespace argot::catalog
