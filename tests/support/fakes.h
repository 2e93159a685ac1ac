// Time and chance that a test controls, and a folder that goes away with it.
#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/random.h"

namespace argot::testing {

// Stands still until it is moved. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t milliseconds = 1'767'225'600'000) : milliseconds_(milliseconds) {}

  WallTime now() const override {
    return WallTime(std::chrono::milliseconds(milliseconds_.load()));
  }
  SteadyTime steady() const override {
    return SteadyTime(std::chrono::milliseconds(milliseconds_.load()));
  }

  void advance(std::chrono::milliseconds step) { milliseconds_ += step.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_;
};

// Repeatable: the seed is printed by whoever puts seed_text() into a SCOPED_TRACE. Thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed = std::random_device{}()) : seed_(seed), engine_(seed) {}

  void fill(MutableBytes out) override {
    const std::scoped_lock lock(mutex_);
    for (std::byte& byte : out) byte = static_cast<std::byte>(engine_() & 0xFFU);
  }

  std::string seed_text() const { return "seed " + std::to_string(seed_); }

 private:
  std::mutex mutex_;
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

// A new folder under the system's temporary folder, removed with everything in it.
class TempFolder {
 public:
  TempFolder();
  // Where the file system does not matter: in memory if the system has such a folder, because names
  // and syncs cost nothing there.
  static std::filesystem::path in_memory();
  explicit TempFolder(const std::filesystem::path& parent);
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline TempFolder::TempFolder() : TempFolder(std::filesystem::temp_directory_path()) {}

inline std::filesystem::path TempFolder::in_memory() {
  const char* const shared_memory = "/dev/shm";
  const bool is_usable = ::access(shared_memory, W_OK | X_OK) == 0;
  return is_usable ? shared_memory : std::filesystem::temp_directory_path();
}

inline TempFolder::TempFolder(const std::filesystem::path& parent) {
  std::string pattern = (parent / "argot-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

}  // namespace argot::testing
