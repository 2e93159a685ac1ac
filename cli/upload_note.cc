#include "cli/upload_note.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "server/small_file.h"

namespace argot::cli {
namespace {

// 4,096 parts with ids of 256 bytes.
constexpr std::size_t note_bytes_max = std::size_t{1} << 20;

std::string note_path(const std::filesystem::path& file) {
  const std::string name = "." + file.filename().string() + ".argot-upload";
  return (file.parent_path() / name).string();
}

// In a folder that others write to, a note of theirs would choose what is completed.
bool is_own_file(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_uid == ::geteuid();
}

}  // namespace

UploadNote::UploadNote(const std::string& file, std::string target)
    : path_(note_path(file)), target_(std::move(target)) {}

std::optional<openai::UploadCheckpoint> UploadNote::kept(WallTime now) const {
  if (!is_own_file(path_)) return std::nullopt;
  const auto text = server::read_small_file(path_, note_bytes_max);
  if (!text) return std::nullopt;
  const std::size_t end = text->find('\n');
  if (end == std::string::npos || text->substr(0, end) != target_) return std::nullopt;
  auto checkpoint = openai::UploadCheckpoint::fromJson(std::string_view(*text).substr(end + 1));
  if (!checkpoint.ok()) return std::nullopt;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  if (checkpoint->expiresAt <= seconds) return std::nullopt;
  return *std::move(checkpoint);
}

Result<> UploadNote::keep(const openai::UploadCheckpoint& checkpoint) const {
  return server::replace_file(path_, target_ + "\n" + checkpoint.toJson() + "\n");
}

void UploadNote::remove() const { ::unlink(path_.c_str()); }

}  // namespace argot::cli
