#include "cli/migrated_note.h"

#include <cstddef>
#include <filesystem>
#include <system_error>

#include "cli/printable.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::cli {
namespace {

constexpr std::size_t migrated_bytes_max = 4096;

std::string migrated_path(const std::filesystem::path& folder) {
  return (folder / "migrated").string();
}

}  // namespace

Result<> leave_migrated_note(const std::string& folder, const std::string& where) {
  const std::string path = migrated_path(folder);
  const auto written = server::replace_file(path, where + "\n");
  if (written) return {};
  return fail(ErrorCode::cannot_start,
              "cannot write " + server::in_quotes(path) + " (" + written.error().detail + ")");
}

Result<> check_not_migrated(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const std::string note = migrated_path(folder);
  std::error_code failure;
  if (!std::filesystem::exists(note, failure)) return {};
  const std::string text = server::read_small_file(note, migrated_bytes_max).value_or("");
  const std::string where = text.substr(0, text.find('\n'));
  return fail(ErrorCode::invalid_request,
              "the catalogue " + server::in_quotes(path) + " was moved to " +
                  (where.empty() ? "another place" : printable(where)) +
                  ": name that one with --catalog or ARGOT_CATALOG, or remove " +
                  server::in_quotes(note) + " to use this one again");
}

}  // namespace argot::cli
