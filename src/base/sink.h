// The one shape of every stage of an upload. Calls match:
//
//   write* ( finish | destroy )
//
// A Sink is synchronous, knows no socket, and cannot tell where the chunks were cut: any cutting of
// the same bytes has the same outcome (tests/support/recut.h proves it for each). Destroying one
// before finish() undoes what it did. After an error only destruction is allowed. Not thread-safe:
// one thread at a time, though it may be another thread at each call.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace argot {

class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;

  // Takes the next bytes; they are borrowed until the call returns. Empty chunks are allowed.
  virtual Result<> write(Bytes chunk) = 0;

  // Says that no more bytes come.
  virtual Result<> finish() = 0;
};

}  // namespace argot
