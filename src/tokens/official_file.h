// The vocabulary in the form that its publisher distributes.
#pragma once

#include <string>

#include "tokens/vocabulary.h"

namespace argot::tokens {

// A line for each token, its bytes in base64 (RFC 4648, section 4) and its rank: byte for byte the
// file o200k_base.tiktoken or cl100k_base.tiktoken. That its SHA-256 is the published one proves
// the packed tables.
std::string official_file(const Vocabulary& vocabulary);

}  // namespace argot::tokens
