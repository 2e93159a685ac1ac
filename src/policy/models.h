// What is known of models by their names: how many tokens they read at once, and in which encoding.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tokens/encoding.h"

namespace argot::policy {

struct Model {
  std::string_view name;             // what names of such models begin with
  std::uint64_t context_tokens = 0;  // its window: what it reads and writes together
  std::uint64_t example_tokens = 0;  // what is taken of one training example
  tokens::Encoding encoding = tokens::Encoding::o200k_base;
};

std::span<const Model> known_models();

// The row with the longest name that is all of `name`, or all of it up to a hyphen: "gpt-4o" for
// "gpt-4o-2024-08-06". A fine-tuned model, "ft:gpt-4o-mini:acme::id", is what it was tuned from. A
// null pointer if nobody knows: never a guess, whoever serves it may give it any name.
const Model* find_model(std::string_view name);

}  // namespace argot::policy
