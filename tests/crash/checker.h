// Starts a server on what a crash has left, and says which invariants of README.md do not hold.
#pragma once

#include <string>
#include <vector>

#include "tests/crash/oracle.h"

namespace argot::crash {

// Recovers the data folder as a start does, sweeps, and compares everything with what the clients
// were told; then goes on serving. One line for each broken invariant, beginning with its name; no
// line: all is well. The folder is changed.
std::vector<std::string> broken_invariants(const std::string& data, const Oracle& oracle);

}  // namespace argot::crash
