// Which system calls a child may make: a program for the kernel's packet filter that allows what is
// listed, refuses what libraries try out, and kills the process at everything else.
#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace argot::documents {

enum class Profile : std::uint8_t {
  reader,  // ours: memory, and the descriptors that it has
  engine,  // a program that is started once, which loads its libraries and reads files
};

struct FilterNeeds {
  Profile profile = Profile::reader;
  // The only process that it may send a signal to: itself.
  pid_t process = 0;
  // The place of the empty path by which an engine is started, through a descriptor of its program.
  // Only a path at this very address starts anything: the program that starts then has other
  // memory, and cannot know the address.
  const char* engine_path = nullptr;
};

std::vector<sock_filter> seccomp_filter(const FilterNeeds& needs);

}  // namespace argot::documents
