// What this process uses of the machine, as the system counts it.
#pragma once

#include <cstdint>

namespace argot::server {

struct ProcessFacts {
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_descriptors = 0;
  std::uint64_t descriptors_max = 0;
  double cpu_seconds = 0;  // in the program and in the kernel for it
};

// 0 for what the system does not tell.
ProcessFacts process_facts();

}  // namespace argot::server
