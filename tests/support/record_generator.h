// Makes JSONL files of every format, most of them nearly right: members are dropped, doubled,
// renamed, given values of other types; bytes are cut out and put in.
#pragma once

#include <cstddef>
#include <string>

#include "tests/support/choices.h"

namespace argot::testing {

// At most `records_max` lines.
std::string generate_file(Choices& choices, std::size_t records_max);

}  // namespace argot::testing
