// The one reading of an upload's parts before they become a file: only where the purpose, the mode
// of validation or the client asks for what is in them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/sink.h"
#include "blob/blob_store.h"
#include "catalog/upload_records.h"
#include "digest/md5.h"
#include "files/inspections.h"
#include "policy/file_observer.h"
#include "policy/judge.h"

namespace argot::files {

// What is to be read, and for whom. Borrows.
struct PartsToRead {
  const std::vector<catalog::UploadPart>& parts;  // in the order of their content
  policy::Purpose purpose;
  std::string_view filename;
  std::optional<digest::Md5Value> md5;
  const policy::Policy& policy;
};

// What was found. Without an observer nobody looked at the content.
struct ReadParts {
  std::unique_ptr<policy::FileObserver> observer;
  policy::FileReport report;

  // For judge(). Borrows this and the name.
  policy::Facts facts(std::string_view filename, std::uint64_t bytes) const;
};

// Whether the purpose and the mode ask for what is in a file that comes in parts.
bool asks_for_reading(policy::Purpose purpose, std::string_view filename,
                      policy::ValidationMode mode);

class PartReading {
 public:
  // All three must outlive it.
  PartReading(blob::BlobStore& blobs, Inspections& inspections, Log& log)
      : blobs_(blobs), inspections_(inspections), log_(log) {}

  // Errors: invalid_request (the MD5 is another one); content_missing and content_corrupt, of a
  // part; the store's.
  Result<ReadParts> read(const PartsToRead& wanted);

 private:
  Result<> feed(const std::vector<catalog::UploadPart>& parts, Sink& sink);
  Result<> feed_part(const catalog::UploadPart& part, Sink& sink);

  blob::BlobStore& blobs_;
  Inspections& inspections_;
  Log& log_;
};

}  // namespace argot::files
