// How many tokens a model would read of a record, by the letter of docs/guides/tokens.md: the texts
// are put into lists first, and counted then. Slow, and written to be seen to be right:
// src/policy is held against it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "jsonl/format.h"
#include "tests/support/reference_json.h"

namespace argot::testing {

struct ReferenceTokens {
  std::uint64_t total = 0;
  std::uint64_t longest = 0;  // of what is read at once
};

using CountText = std::function<std::uint64_t(const std::string&)>;

ReferenceTokens reference_tokens(const ReferenceValue& record, jsonl::Format format,
                                 const CountText& count);

}  // namespace argot::testing
