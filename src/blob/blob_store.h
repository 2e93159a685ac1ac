// Where content lives: staged while it arrives, sealed when it is durable, opened for reading,
// removed. Content is immutable and named by a random BlobId; who owns it is the catalogue's
// affair.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sink.h"
#include "base/unique_fd.h"
#include "digest/digest_values.h"

namespace argot::blob {

// Content being written. Calls match:
//
//   forgo_reading? write* ( finish ( read | sha256 )* seal | destroy )
//
// Destroyed before seal() succeeded it leaves nothing behind. Errors: insufficient_storage (the
// disk takes no more), internal (the disk failed). After either the descriptor is abandoned, never
// synced again.
class StagedBlob : public Sink {
 public:
  virtual const BlobId& id() const = 0;

  // Promises that read() will not be called, which spares some stores a copy of the content.
  virtual void forgo_reading() {}

  // Fills all of `out` from `offset`, once more what was written; reading past the end is an error
  // (content_corrupt).
  virtual Result<> read(std::uint64_t offset, MutableBytes out) = 0;

  // Of all that was written; also after seal(). Here, because a store may have to hash what it
  // sends and can do both in one pass.
  virtual const digest::Sha256Value& sha256() const = 0;

  // Makes the content durable under its id: data first, then the name, then the directory. When it
  // returns, the content survives a power cut. On an error nothing is left under the id.
  virtual Result<> seal() = 0;
};

// Open content. Removing the blob does not disturb whoever has it open; but where no store of ours
// keeps it, on S3, what was not read yet is then content_missing.
class BlobReader {
 public:
  BlobReader() = default;
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;
  virtual ~BlobReader() = default;

  virtual std::uint64_t size() const = 0;

  // A descriptor that sendfile(2) can read at offset 0, or -1 where the store has none.
  virtual int descriptor() const = 0;

  // Fills all of `out` from `offset`; reading past the end is an error (content_corrupt).
  virtual Result<> read(std::uint64_t offset, MutableBytes out) = 0;

  // Says that nothing behind `end` will be read, which is size() until then: a store that is far
  // away sends what lies before it without being asked again. A hint: reads stay as they are.
  virtual void expect_end(std::uint64_t /*end*/) {}

  // What is read there next comes from where it is stored for good, not from memory that keeps a
  // copy of it: a hint, and nothing for stores that keep none.
  virtual void drop_cached(std::uint64_t /*offset*/, std::uint64_t /*bytes*/) {}
};

struct BlobEntry {
  BlobId id;
  std::uint64_t bytes = 0;
  WallTime modified_at;
};

struct StoreSpace {
  std::uint64_t available_bytes = 0;
  std::uint64_t total_bytes = 0;
};

// Thread-safe.
class BlobStore {
 public:
  BlobStore() = default;
  BlobStore(const BlobStore&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;
  virtual ~BlobStore() = default;

  virtual Result<std::unique_ptr<StagedBlob>> stage() = 0;

  // Error: content_missing if there is none of that id.
  virtual Result<std::unique_ptr<BlobReader>> open(const BlobId& id) = 0;

  // Where whoever asks within some time gets the content without us, as `disposition` has it
  // (Content-Disposition, RFC 6266); nothing where the store has no such place. Whether the content
  // is there is not looked at, and its checksums are compared by nobody.
  virtual std::optional<std::string> direct_url(const BlobId& /*id*/,
                                                std::string_view /*disposition*/) {
    return std::nullopt;
  }

  // Durable when it returns. Removing what is not there succeeds: the outcome is the one asked for.
  virtual Result<> remove(const BlobId& id) = 0;

  // Discards what an earlier process left half-written. Only at start, before anything is staged.
  virtual Result<> recover() = 0;

  // Ends what any process began to stage so long ago that nobody goes on with it.
  virtual Result<> end_abandoned() { return {}; }

  // Calls `see` for every sealed blob, in no order, until it returns an error, which is passed on.
  // Blobs sealed or removed meanwhile may or may not be seen.
  virtual Result<> visit(const std::function<Result<>(const BlobEntry&)>& see) = 0;

  virtual Result<StoreSpace> space() = 0;
};

}  // namespace argot::blob
