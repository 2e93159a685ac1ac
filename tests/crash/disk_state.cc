#include "tests/crash/disk_state.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <utility>

#include "base/assert.h"
#include "base/unique_fd.h"

namespace argot::crash {
namespace {

void mix(std::uint64_t& sum, std::string_view text) {
  // As in boost::hash_combine.
  sum ^= std::hash<std::string_view>{}(text) + 0x9E3779B97F4A7C15U + (sum << 6U) + (sum >> 2U);
}

}  // namespace

DiskState DiskState::of_folder(const std::string& folder) {
  DiskState state;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::string path = std::filesystem::relative(entry.path(), folder).string();
    if (entry.is_directory()) {
      state.add_folder(std::move(path));
    } else if (!path.ends_with("-shm")) {
      state.add_own_file(std::move(path), read_whole(entry.path().string()));
    }
  }
  return state;
}

void DiskState::add_file(std::string path, std::string_view content) {
  files_.insert_or_assign(std::move(path), content);
}

void DiskState::add_own_file(std::string path, std::string content) {
  own_.push_back(std::move(content));
  add_file(std::move(path), own_.back());
}

void DiskState::write_to(const std::string& folder) const {
  // Sorted, so parents come first.
  for (const std::string& path : folders_) {
    ASSERT(::mkdir((folder + "/" + path).c_str(), 0700) == 0);
  }
  for (const auto& [path, content] : files_) {
    const UniqueFd file(::open((folder + "/" + path).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600));
    ASSERT(file);
    std::string_view rest = content;
    while (!rest.empty()) {
      const ssize_t written = ::write(file.get(), rest.data(), rest.size());
      ASSERT(written > 0);
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
}

std::uint64_t DiskState::fingerprint() const {
  std::uint64_t sum = 0;
  for (const std::string& path : folders_) mix(sum, path);
  for (const auto& [path, content] : files_) {
    mix(sum, path);
    mix(sum, content);
  }
  return sum;
}

std::string DiskState::difference_to(const DiskState& other) const {
  std::string lines;
  for (const std::string& path : folders_) {
    if (!other.folders_.contains(path)) lines += "folder only here: " + path + "\n";
  }
  for (const auto& [path, content] : files_) {
    const auto found = other.files_.find(path);
    if (found == other.files_.end()) {
      lines += "file only here: " + path + "\n";
    } else if (found->second != content) {
      lines += "other content: " + path + "\n";
    }
  }
  return lines;
}

std::string read_whole(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat facts{};
  ASSERT(file && ::fstat(file.get(), &facts) == 0);
  std::string content(static_cast<std::size_t>(facts.st_size), '\0');
  const ssize_t got = ::pread(file.get(), content.data(), content.size(), 0);
  ASSERT(got == facts.st_size);
  return content;
}

void empty_folder(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (!entry.is_directory()) {
      ASSERT(::unlink(path.c_str()) == 0);
    } else if (::rmdir(path.c_str()) != 0) {  // most are empty
      empty_folder(path);
      ASSERT(::rmdir(path.c_str()) == 0);
    }
  }
}

}  // namespace argot::crash
