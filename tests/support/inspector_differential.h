// Holds jsonl::Inspector, its chunks cut at will, against the uncut run and against the reference.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "jsonl/inspector.h"

namespace argot::testing {

// Lengths of the pieces that a file is cut into; the rest is one more.
using PieceLengths = std::vector<std::size_t>;

// What files may be expected to be: of any format, of those that one purpose takes, or of one that
// somebody asked for. Numbers beyond the last begin again.
jsonl::Expectation numbered_expectation(std::size_t number);

// Empty where all agree, else what they said. `file` may be anything.
std::string disagreement(std::string_view file, const jsonl::InspectorOptions& options,
                         const PieceLengths& pieces);

}  // namespace argot::testing
