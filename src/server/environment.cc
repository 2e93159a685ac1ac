#include "server/environment.h"

#include <unistd.h>

#include <string_view>

namespace argot::server {

namespace {

std::map<std::string, std::string> variables_with(std::string_view prefix) {
  std::map<std::string, std::string> found;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (!text.starts_with(prefix) || equals == std::string_view::npos) continue;
    found.try_emplace(std::string(text.substr(0, equals)), text.substr(equals + 1));
  }
  return found;
}

}  // namespace

std::map<std::string, std::string> argot_environment() { return variables_with("ARGOT_"); }

std::map<std::string, std::string> aws_environment() { return variables_with("AWS_"); }

}  // namespace argot::server
