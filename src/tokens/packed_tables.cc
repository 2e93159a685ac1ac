#include "tokens/packed_tables.h"

#include <utility>

// The assembler copies the files in as they are: no generated source, and nothing to unpack when
// the program starts.
#define ARGOT_EMBED(symbol, path)                                                          \
  asm(".pushsection .rodata\n.balign 64\n.global " symbol "\n" symbol ":\n.incbin \"" path \
      "\"\n.global " symbol "_end\n" symbol "_end:\n.byte 0\n.popsection\n")

ARGOT_EMBED("argot_o200k_base_pairs", ARGOT_TABLES "/o200k_base.pairs");
ARGOT_EMBED("argot_cl100k_base_pairs", ARGOT_TABLES "/cl100k_base.pairs");
ARGOT_EMBED("argot_unicode_classes", ARGOT_TABLES "/unicode_classes.bin");

extern "C" {
extern const std::uint8_t argot_o200k_base_pairs[];
extern const std::uint8_t argot_o200k_base_pairs_end[];
extern const std::uint8_t argot_cl100k_base_pairs[];
extern const std::uint8_t argot_cl100k_base_pairs_end[];
}

namespace argot::tokens {

std::span<const std::uint8_t> packed_pairs(Encoding encoding) {
  switch (encoding) {
    case Encoding::o200k_base:
      return {argot_o200k_base_pairs, argot_o200k_base_pairs_end};
    case Encoding::cl100k_base:
      return {argot_cl100k_base_pairs, argot_cl100k_base_pairs_end};
  }
  std::unreachable();
}

}  // namespace argot::tokens
