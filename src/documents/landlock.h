// The files that a process may reach by their names, enforced by the kernel (5.13 and later).
#pragma once

#include "documents/seccomp_filter.h"

namespace argot::documents {

struct LandlockNeeds {
  Profile profile = Profile::reader;
  int input = -1;   // for an engine: the file that it reads
  int engine = -1;  // and its program
};

// Readers are left with no file at all; engines with their program, the loader, the folders of
// libraries, Poppler's data and the input, all for reading. False where the kernel has no Landlock.
// The process must have given up new privileges.
bool enter_landlock(const LandlockNeeds& needs);

}  // namespace argot::documents
