// A response body that stands in a file: it is checked block by block before it is sent, and goes
// out by sendfile(2) without passing through memory of ours. Where there is no file on this
// machine, it is in memory block by block.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace argot::http {

// Where bytes are that sendfile(2) can read.
struct FileRegion {
  int descriptor = -1;
  std::uint64_t offset = 0;
};

// Positions are relative to the first byte to send. One thread at a time.
class FileContent {
 public:
  FileContent() = default;
  FileContent(const FileContent&) = delete;
  FileContent& operator=(const FileContent&) = delete;
  virtual ~FileContent() = default;

  // Where the bytes from `position` on are, as far as ready_from() says that they are ready.
  virtual FileRegion region_at(std::uint64_t position) const = 0;

  // How many bytes there are to send.
  virtual std::uint64_t size() const = 0;

  // How many bytes from `position` on may be sent as they are, be it beyond what there is to send;
  // never blocks. 0 asks for prepare().
  virtual std::uint64_t ready_from(std::uint64_t position) = 0;

  // Checks the block at `position`; afterwards ready_from(position) is above 0. Where ready_from()
  // said so before, its bytes could not be read after all: they are checked anew. Reads the disk,
  // so it runs on a worker. An error (content_corrupt) aborts the connection: a damaged byte is
  // never sent.
  virtual Result<> prepare(std::uint64_t position) = 0;

  // All that is ready from `position` on, until prepare() is called again. Only where there is no
  // descriptor.
  virtual Bytes bytes_at(std::uint64_t /*position*/) const { return {}; }
};

}  // namespace argot::http
