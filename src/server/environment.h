// The one place where the program looks at its environment.
#pragma once

#include <map>
#include <string>

namespace argot::server {

// Every variable whose name begins with "ARGOT_".
std::map<std::string, std::string> argot_environment();

// Those that name credentials for S3, as the programs of others read them too: every variable whose
// name begins with "AWS_".
std::map<std::string, std::string> aws_environment();

}  // namespace argot::server
