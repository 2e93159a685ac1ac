// Takes a form (multipart/form-data: RFC 7578 over RFC 2046) apart while it arrives. Start here:
// a Parser is a Sink for the request's body and tells a PartHandler what it finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/sink.h"
#include "multipart/part_head.h"

namespace argot::multipart {

// Hears of the parts of a form. Calls match ( begin data* end )*; after an error, or when the
// Parser refuses the body, no further call comes, so the last part may lack its end().
class PartHandler {
 public:
  PartHandler() = default;
  PartHandler(const PartHandler&) = delete;
  PartHandler& operator=(const PartHandler&) = delete;
  virtual ~PartHandler() = default;

  virtual Result<> begin(const PartHead& head) = 0;

  // The next bytes of the part: never none, and borrowed until the call returns. How many come at
  // once depends on how the body was cut. How many come in all is the handler's to limit.
  virtual Result<> data(Bytes bytes) = 0;

  // The part is complete: the boundary line after it has been read.
  virtual Result<> end() = 0;
};

struct Limits {
  std::size_t parts_max = limits::parts_max;
  std::size_t part_head_bytes_max = limits::part_head_bytes_max;  // with padding and blank line
  std::size_t part_header_count_max = limits::part_header_count_max;
  std::size_t around_parts_bytes_max = limits::around_parts_bytes_max;  // preamble and epilogue
};

// A push parser. Content goes to the handler as spans of the chunk, without a copy; what has to
// wait for the next chunk is always a prefix of the delimiter, so it is a count and not a buffer.
// Time is linear in the body's size, and memory is bounded by one header line and one part's head.
//
// Errors of the handler are passed on unchanged. All others are invalid_request; which one, and
// what the handler has heard before it, does not depend on how the body was cut.
class Parser final : public Sink {
 public:
  // `boundary` is what boundary_of() returned. `handler` must outlive the Parser.
  Parser(std::string_view boundary, PartHandler& handler, const Limits& limits = {});

  Result<> write(Bytes chunk) override;

  // Fails unless the closing boundary has been read.
  Result<> finish() override;

 private:
  enum class State {
    preamble,       // before the first delimiter
    boundary_tail,  // after a delimiter: padding, CR or the first '-' of the closing boundary
    boundary_lf,    // after the CR of a boundary line
    closing_dash,   // after the first '-'
    head,           // in the header lines of a part
    content,        // in the content of a part
    closed_tail,    // after the closing boundary: padding or CR
    closed_lf,      // after the CR of the closing line
    epilogue,       // after the closing line
  };

  // Each takes at least one byte from the front of `rest`, or moves to a state that will.
  Result<> step(std::string_view& rest);
  Result<> scan(std::string_view& rest);
  Result<> resume_delimiter(std::string_view& rest);
  Result<> read_boundary_tail(std::string_view& rest);
  Result<> read_boundary_lf(std::string_view& rest);
  Result<> read_closing_dash(std::string_view& rest);
  Result<> read_head(std::string_view& rest);
  Result<> read_closed_tail(std::string_view& rest);
  Result<> read_closed_lf(std::string_view& rest);
  Result<> read_epilogue(std::string_view& rest);

  std::string_view take(std::string_view& rest, std::size_t count);
  Result<> pass_on(std::string_view text);
  Result<> count_around(std::size_t bytes);
  Result<> count_head(std::size_t bytes);
  Result<> end_part();
  Result<> begin_part();
  void delimiter_found();
  std::string place() const;
  std::unexpected<Error> refuse_boundary_line(std::string_view but) const;
  std::unexpected<Error> refuse_part(std::string_view predicate) const;

  const std::string delimiter_;  // CRLF "--" boundary
  PartHandler& handler_;
  const Limits limits_;

  State state_ = State::preamble;
  std::uint64_t offset_ = 0;       // bytes of the body that have been taken
  std::uint64_t line_offset_ = 0;  // where the latest boundary line begins

  // How much of the delimiter the bytes taken last agree with. The first `virtual_` bytes of it,
  // the CRLF, were not there as such: a delimiter may stand at the very beginning of the body, and
  // right after the blank line of a part's head, whose CRLF is then the delimiter's own.
  std::size_t held_;
  std::size_t virtual_;

  std::size_t around_bytes_ = 0;
  std::size_t part_count_ = 0;
  std::size_t head_bytes_ = 0;
  std::string line_;  // of the head, as far as it has come
  PartHeadReader head_reader_;
};

}  // namespace argot::multipart
