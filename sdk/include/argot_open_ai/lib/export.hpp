// What the shared library shows; everything else in it is hidden.
#pragma once

#if defined(__GNUC__)
#define ARGOT_OPEN_AI_API __attribute__((visibility("default")))
#else
#define ARGOT_OPEN_AI_API
#endif
