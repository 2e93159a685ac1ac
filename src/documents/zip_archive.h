// The archive that an Office document is, read through libzip with bounds of our own. Nothing that
// its headers claim is believed before it is counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "documents/verdict.h"

struct zip;

namespace argot::documents {

// "1.7.3".
std::string zip_version();

struct ZipPart {
  std::string name;
  std::uint64_t index = 0;
};

// Not thread-safe.
class ZipArchive {
 public:
  ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive();

  // Opens the regular file behind `descriptor`, which stays the caller's, and looks at every
  // entry: how many there are, that none is encrypted, that together they fit into the file (parts
  // that overlap, as those of bombs do, do not). Called once, before everything else.
  Verdict open(int descriptor);

  const std::vector<ZipPart>& parts() const { return parts_; }

  // Inflates one part. `take` gets its bytes piece by piece, and ends the reading by returning
  // false, which is no failure.
  Verdict read(const ZipPart& part, const std::function<bool(Bytes)>& take);

 private:
  struct Closer {
    void operator()(zip* archive) const;
  };

  Verdict look_at_entries(std::uint64_t file_bytes);

  std::unique_ptr<zip, Closer> archive_;
  std::vector<ZipPart> parts_;
  std::uint64_t inflated_bytes_ = 0;  // by all calls of read()
};

}  // namespace argot::documents
