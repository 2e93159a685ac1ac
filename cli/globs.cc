#include "cli/globs.h"

#include <glob.h>
#include <sys/stat.h>

#include <cstddef>
#include <span>

namespace argot::cli {
namespace {

bool exists(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

std::vector<std::string> expanded(const std::string& argument) {
  if (argument.find_first_of("*?[") == std::string::npos || exists(argument)) return {argument};
  std::vector<std::string> paths;
  glob_t found{};
  // Folders get a slash behind them, to be told by.
  if (::glob(argument.c_str(), GLOB_MARK, nullptr, &found) == 0) {
    for (const char* const match : std::span(found.gl_pathv, found.gl_pathc)) {
      std::string path = match;
      if (!path.ends_with('/')) paths.push_back(std::move(path));
    }
  }
  ::globfree(&found);
  return paths;
}

}  // namespace argot::cli
