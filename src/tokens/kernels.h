// The inner loops that each processor has its own instructions for, chosen when the program runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tokens/piece_cache.h"
#include "tokens/window.h"

namespace argot::tokens {

using ShortPieces = PieceCache<2>;

// A short piece on its way to the cache.
struct WaitingPiece {
  ShortPieces::Key key;
  std::string_view piece;
};

// All have the outcome of the portable ones.
struct Kernels {
  std::string_view name;
  // What the window_bytes bytes at `bytes` are.
  void (*classify)(const char* bytes, WindowMasks& masks) = nullptr;
  // The sum of what the cache knows of the pieces; appends the numbers of those that it does not
  // know, which has room for all.
  std::uint64_t (*look_up)(const ShortPieces::Set* sets, std::span<const WaitingPiece> pieces,
                           std::span<std::uint32_t> unknown, std::size_t& unknown_count) = nullptr;
};

Kernels portable_kernels();

// Those that this processor can run, the fastest first and the portable ones last.
std::vector<Kernels> kernels();

}  // namespace argot::tokens
