// Where a file's content lies: in one blob, or in the parts it came in, one after the other; and
// the blocks that its checksums are of, which begin anew with each part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "catalog/records.h"
#include "catalog/upload_records.h"
#include "digest/digest_values.h"

namespace argot::files {

// What of the file is one blob's content.
struct Stretch {
  BlobId blob;
  std::uint64_t begin = 0;  // in the file
  std::uint64_t bytes = 0;
  digest::BlockChecksums checksums;
};

// A part of a stretch that has a checksum of its own. Borrows the stretch.
struct Block {
  const Stretch* stretch = nullptr;
  std::size_t index = 0;    // in the stretch
  std::uint64_t begin = 0;  // in the file, as is
  std::uint64_t end = 0;
};

class Layout {
 public:
  explicit Layout(const catalog::FileWithChecksums& file);
  // At least one, none of them empty.
  explicit Layout(std::vector<catalog::ContentPart> parts);

  std::uint64_t bytes() const;
  const Stretch& first() const { return stretches_.front(); }

  // The block that the position lies in, which is one of the file's.
  Block block_at(std::uint64_t position) const;

 private:
  std::vector<Stretch> stretches_;  // at least one
};

}  // namespace argot::files
