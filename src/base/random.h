// Unpredictable bytes for ids and secrets, as something a test can seed.
#pragma once

#include "base/bytes.h"

namespace argot {

// Thread-safe.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  // Fills all of `out`. Cannot fail: a machine without randomness ends the process.
  virtual void fill(MutableBytes out) = 0;
};

// getrandom(2): 256 bits of it make a key.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes out) override;
};

}  // namespace argot
