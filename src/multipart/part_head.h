// The headers of one part of a form: what the part is called and whether it is a file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::multipart {

// Names are as the client meant them: %22, %0D, %0A, \" and \\ are decoded, raw UTF-8 is kept, and
// nothing else is touched. A file name is not cleaned: see filename.h.
struct PartHead {
  std::string name;
  std::optional<std::string> filename;  // of `filename*` if that can be decoded, else `filename`
  bool is_file = false;                 // there is a file name, though it may be empty
  std::string content_type;             // as sent and not to be trusted; empty if there is none

  friend bool operator==(const PartHead&, const PartHead&) = default;
};

// Collects the header lines of one part. Calls match: add* finish. The details of its errors
// continue a sentence that begins with the part: "has no Content-Disposition header ...".
class PartHeadReader {
 public:
  explicit PartHeadReader(std::size_t header_count_max) : header_count_max_(header_count_max) {}

  // Takes one line without its CRLF; it is borrowed until the call returns. Unknown headers are
  // ignored, as RFC 7578 section 4.8 asks.
  Result<> add(std::string_view line);

  Result<PartHead> finish() const;

 private:
  std::size_t header_count_max_;
  std::size_t header_count_ = 0;
  std::optional<std::string> disposition_;
  std::optional<std::string> content_type_;
  std::optional<std::string> transfer_encoding_;
};

}  // namespace argot::multipart
