// std::function, for the headers of this library.
//
// libstdc++'s <functional> has hash tables and half of <algorithm> as well, for its searchers.
// Its <future> has std::function in the interface of a class that its ABI fixes, and costs every
// program that includes this library less than half as much.
#pragma once

#include <version>

#if defined(__GLIBCXX__)
#include <future>  // IWYU pragma: export
#else
#include <functional>  // IWYU pragma: export
#endif
