#include "server/s3_credentials.h"

#include <algorithm>
#include <string_view>

#include "base/bytes.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

constexpr std::size_t file_bytes_max = 64_KiB;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view spaces = " \t\r";
  const std::size_t begin = std::min(text.find_first_not_of(spaces), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(spaces) + 1);
}

std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == text.back() &&
                         (text.front() == '"' || text.front() == '\'');
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

std::map<std::string, std::string> variables_of(std::string_view text) {
  std::map<std::string, std::string> found;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = trimmed(line);
    constexpr std::string_view word = "export ";
    if (line.starts_with(word)) line = trimmed(line.substr(word.size()));
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    found[std::string(line.substr(0, equals))] = unquoted(line.substr(equals + 1));
  }
  return found;
}

std::string value_of(const std::map<std::string, std::string>& variables, const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? "" : found->second;
}

// What goes into a header, and into the slashes and commas around it.
bool is_clean(std::string_view text) {
  return std::ranges::all_of(
      text, [](char character) { return character > ' ' && character < 0x7F && character != ','; });
}

}  // namespace

Result<blob::S3Credentials> find_s3_credentials(
    const std::optional<std::string>& file, const std::map<std::string, std::string>& variables) {
  std::map<std::string, std::string> read;
  if (file) {
    const auto text = read_small_file(*file, file_bytes_max);
    if (!text) {
      return fail(ErrorCode::cannot_start,
                  "s3.credentials_file: " + in_quotes(*file) + " " + text.error().detail);
    }
    read = variables_of(*text);
  }
  const std::map<std::string, std::string>& from = file ? read : variables;
  blob::S3Credentials credentials{.access_key = value_of(from, "AWS_ACCESS_KEY_ID"),
                                  .secret_key = value_of(from, "AWS_SECRET_ACCESS_KEY"),
                                  .session_token = value_of(from, "AWS_SESSION_TOKEN")};
  const std::string where =
      file ? "s3.credentials_file: " + in_quotes(*file) + " has" : "--blobs: the environment has";
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    return fail(ErrorCode::cannot_start,
                where + " no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which S3 needs");
  }
  const bool are_clean = is_clean(credentials.access_key) && is_clean(credentials.secret_key) &&
                         is_clean(credentials.session_token);
  if (!are_clean) {
    return fail(ErrorCode::cannot_start, where + " a key with characters that no key for S3 has");
  }
  return credentials;
}

}  // namespace argot::server
