// What a disk has at one moment: folders, and files with their content. States are made by the
// model, compared, written to a real folder and read from one.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace argot::crash {

// Paths are relative to the disk's root, which is not among the folders.
class DiskState {
 public:
  // Everything below `folder` but SQLite's shared memory, which means nothing after a crash.
  static DiskState of_folder(const std::string& folder);

  DiskState() = default;
  // A copy would view the contents of its original.
  DiskState(const DiskState&) = delete;
  DiskState& operator=(const DiskState&) = delete;
  DiskState(DiskState&&) noexcept = default;
  DiskState& operator=(DiskState&&) noexcept = default;
  ~DiskState() = default;

  void add_folder(std::string path) { folders_.insert(std::move(path)); }
  // The content is borrowed.
  void add_file(std::string path, std::string_view content);
  // The content becomes the state's own.
  void add_own_file(std::string path, std::string content);

  // Into an empty folder.
  void write_to(const std::string& folder) const;

  // Equal states have equal ones, and others hardly ever.
  std::uint64_t fingerprint() const;

  // What this has and `other` has not, or has otherwise: one line each.
  std::string difference_to(const DiskState& other) const;

  const std::set<std::string>& folders() const { return folders_; }
  const std::map<std::string, std::string_view>& files() const { return files_; }

 private:
  std::set<std::string> folders_;
  std::map<std::string, std::string_view> files_;
  std::deque<std::string> own_;  // contents stay where they are while others come
};

// The content of a file that is there.
std::string read_whole(const std::string& path);

// Removes what is in `folder` and leaves the folder.
void empty_folder(const std::string& folder);

}  // namespace argot::crash
