// A table of plain text: columns as wide as they must be, two spaces between them.
#pragma once

#include <string>
#include <vector>

namespace argot::cli {

// All rows have as many cells as the first, the head. Lines end without spaces.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace argot::cli
