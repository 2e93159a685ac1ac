// What the JSON of several objects has in common.
#pragma once

#include <cstddef>

#include "argot_open_ai/models/components.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// Extra fields are texts that users may have written: what is no JSON, or is nested too deep for
/// its place, `depth` levels down, becomes a string.
void writeExtra(json::Writer& writer, const ExtraFields& extra, std::size_t depth);

/// An object; keys stand in the order in which OpenAI writes them.
void writeFile(json::Writer& writer, const OpenAIFile& file, std::size_t depth);

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
