#include "server/data_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

constexpr std::size_t credentials_bytes_max = 4096;
constexpr std::string_view key_name = "ARGOTOPENAI_API_KEY_AUTH=";
constexpr std::string_view url_name = "ARGOTOPENAI_SERVER_URL=";

}  // namespace

std::string Credentials::text() const {
  std::string text;
  if (key) text += std::string(key_name) + *key + "\n";
  return text + std::string(url_name) + server_url + "\n";
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const std::string& path) {
  TRY(FolderLock lock, FolderLock::take(path, "--data"));
  return std::unique_ptr<DataFolder>(new DataFolder(path, std::move(lock)));
}

Result<> DataFolder::make_staging() const {
  if (::mkdir(staging_path().c_str(), 0700) == 0 || errno == EEXIST) return {};
  return fail(ErrorCode::cannot_start,
              "cannot make " + in_quotes(staging_path()) + " (" + errno_text(errno) + ")");
}

std::optional<std::string> DataFolder::stored_key() const {
  const auto text = read_small_file(credentials_path(), credentials_bytes_max);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with(key_name)) return std::string(line.substr(key_name.size()));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

Result<> DataFolder::write_credentials(const Credentials& credentials) const {
  const std::string path = credentials_path();
  const std::string text = credentials.text();
  const auto present = read_small_file(path, credentials_bytes_max);
  if (present && *present == text) {
    // Somebody may have opened it up since; where that cannot be undone it is not ours to say.
    [[maybe_unused]] const int tightened = ::chmod(path.c_str(), 0600);
    return {};
  }
  const auto written = replace_file(path, text);
  if (!written) {
    return fail(ErrorCode::cannot_start, "cannot write " + in_quotes(path) + " (" +
                                             written.error().detail +
                                             "): make room, or give this user the right to write "
                                             "there");
  }
  return {};
}

}  // namespace argot::server
