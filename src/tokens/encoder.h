// The tokens of a text, one by one: what Counter counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tokens/merger.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {

// Not thread-safe.
class Encoder {
 public:
  // `vocabulary` must outlive it.
  explicit Encoder(const Vocabulary& vocabulary) : vocabulary_(vocabulary), merger_(vocabulary) {}

  // Appends the ids of the whole text. What looks like a special token, "<|endoftext|>", is text
  // like any other (the reference's encode_ordinary); what is not UTF-8 is U+FFFD. Memory: four
  // bytes for each byte of the longest piece.
  void encode(std::string_view text, std::vector<Token>& tokens);

 private:
  const Vocabulary& vocabulary_;
  Merger merger_;
  std::string replaced_;
};

}  // namespace argot::tokens
