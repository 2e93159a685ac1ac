// ASSERT states an invariant of ours. It is on in every build and ends the process when it fails: a
// file server restarts well and lies badly.
#pragma once

namespace argot {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace argot

#define ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::argot::assertion_failed(#condition, __FILE__, __LINE__))
