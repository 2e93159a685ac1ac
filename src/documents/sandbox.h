// The walls around a process that reads what a stranger sent. They stand before its first byte is
// read, and cannot be taken down again.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "documents/seccomp_filter.h"

namespace argot::documents {

struct Confinement {
  Profile profile = Profile::reader;
  std::uint64_t memory_bytes_max = 0;  // of address space; 0 for no bound
  std::uint64_t cpu_seconds_max = 0;
  int input = -1;   // descriptor of the file, which an engine opens again by its name in /proc
  int engine = -1;  // descriptor of the engine's program, which closes when it starts
  const char* engine_path = nullptr;  // an empty one, to start it by: see seccomp_filter.h
};

// Always: no new privileges, no capabilities, no core, nothing traces it, its limits on memory,
// time, files and processes, no descriptor but 0, 1, 2 and the engine's, the filter of system
// calls.
struct Walls {
  bool landlock = false;    // no file but those that its profile names
  bool namespaces = false;  // no network of the machine, no user

  friend bool operator==(const Walls&, const Walls&) = default;
};

// "seccomp landlock namespaces", or less.
std::string describe(const Walls& walls);

// Confines the calling process, which must have one thread. Landlock and namespaces are left out
// where the kernel or an outer sandbox does not offer them; everything else failing is an error.
Result<Walls> enter_sandbox(const Confinement& confinement);

}  // namespace argot::documents
