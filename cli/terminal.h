// What is known of the terminal.
#pragma once

#include <cstddef>

namespace argot::cli {

// Of the window that standard error is in; 80 where there is none.
std::size_t window_columns();

}  // namespace argot::cli
