// The one place where the program looks at its environment.
#pragma once

#include <map>
#include <string>

namespace argot::server {

// Every variable whose name begins with "ARGOT_".
std::map<std::string, std::string> argot_environment();

}  // namespace argot::server
