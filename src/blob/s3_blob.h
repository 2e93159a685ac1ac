// The two objects that an S3Store hands out: content that arrives, and content that is read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/ids.h"
#include "blob/blob_store.h"
#include "blob/s3_client.h"
#include "blob/s3_upload.h"
#include "digest/digest_values.h"

namespace argot::blob {

// What was written waits in a file without a name until it is sealed: parts are sent from there,
// more than once if need be, and read() finds it there. Where nobody will read it, a part waits in
// memory instead as long as there is some.
class S3StagedBlob final : public StagedBlob {
 public:
  struct Place {
    S3UploadParts parts;
    PartMemory& memory;  // its buffers have room for a part
    std::string folder;  // of the file
    std::string prefix;  // of the key
    std::uint64_t part_bytes = 0;
  };

  S3StagedBlob(Place place, BlobId id);
  ~S3StagedBlob() override;

  void forgo_reading() override;
  Result<> write(Bytes chunk) override;
  Result<> finish() override;
  const BlobId& id() const override { return id_; }
  Result<> read(std::uint64_t offset, MutableBytes out) override;
  const digest::Sha256Value& sha256() const override;
  Result<> seal() override;

 private:
  enum class State { writing, finished, sealed, failed };

  // Finds the next part a place to wait in.
  Result<> begin_part();
  Result<> store(Bytes chunk);
  // What was written behind the last part.
  S3Part take_part();
  std::unexpected<Error> give_up(Error error);

  const Place place_;
  const BlobId id_;
  std::shared_ptr<S3Upload> upload_;  // owners: this, and the jobs of its parts
  State state_ = State::writing;
  bool is_read_again_ = true;
  std::uint64_t written_ = 0;
  std::uint64_t part_begin_ = 0;
  std::uint64_t file_bytes_ = 0;
  PartMemory::Buffer memory_;  // of the part that is being written
  digest::Sha256Value sha256_;
};

// One answer has all from where a read begins to the expected end. Of it no more is taken than the
// reads want, and the rest waits with the server; a read elsewhere gives it up, with its
// connection.
class S3Reader final : public BlobReader {
 public:
  static Result<std::unique_ptr<S3Reader>> open(S3Client& client, const std::string& key);

  std::uint64_t size() const override { return size_; }
  int descriptor() const override { return -1; }
  void expect_end(std::uint64_t end) override { expected_end_ = end; }
  // Error, beyond those of any store: content_missing if it was removed meanwhile.
  Result<> read(std::uint64_t offset, MutableBytes out) override;

 private:
  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  S3Reader(S3Client& client, std::string key, std::uint64_t size, std::string etag);
  Result<> request(Range range);
  // Fills the front of `out` from where the answer stands; 0: it ended, or broke.
  Result<std::size_t> read_some(MutableBytes out);

  S3Client& client_;
  const std::string key_;
  const std::uint64_t size_;
  const std::string etag_;
  std::unique_ptr<fetch::Response> answer_;
  std::uint64_t position_ = 0;  // of the next byte of the answer
  std::uint64_t answer_end_ = 0;
  std::uint64_t expected_end_;
};

}  // namespace argot::blob
