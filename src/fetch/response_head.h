// Reads the heads of responses as they arrive, line by line.
#pragma once

#include <cstddef>
#include <string_view>

#include "fetch/message.h"

namespace argot::fetch {

constexpr std::size_t head_bytes_max = 256_KiB;

// Informational responses (1xx) before the final one are read and forgotten.
class ResponseHeadReader {
 public:
  // refused: larger than head_bytes_max, no status line where one has to be, no single
  // Content-Length, or 101, which nobody asked for.
  enum class Step { more, complete, refused };

  // `line` with its line end. No lines after one that was complete or refused.
  Step read(std::string_view line);

  ResponseHead& head() { return head_; }
  const ResponseHead& head() const { return head_; }

 private:
  bool begin(std::string_view line);
  bool has_one_length() const;
  void add(std::string_view line);

  ResponseHead head_;
  bool is_begun_ = false;
  std::size_t bytes_ = 0;  // of the informational ones too
};

}  // namespace argot::fetch
