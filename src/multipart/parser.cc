#include "multipart/parser.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "http/characters.h"
#include "multipart/excerpt.h"

namespace argot::multipart {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view dashes = "--";

std::size_t padding_size(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, http::is_blank);
  return static_cast<std::size_t>(end - text.begin());
}

// Where `needle` begins, or npos. memmem() is linear and the fastest search that libc has; the
// string's own find() stops at every CR.
std::size_t find(std::string_view text, std::string_view needle) {
  const void* const found = memmem(text.data(), text.size(), needle.data(), needle.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// The size of the longest end of `text` that begins `delimiter`, whose only CR is its first byte.
std::size_t held_size(std::string_view text, std::string_view delimiter) {
  const std::size_t longest = std::min(text.size(), delimiter.size() - 1);
  const std::string_view end = text.substr(text.size() - longest);
  const std::size_t cr = end.rfind('\r');
  if (cr == std::string_view::npos || !delimiter.starts_with(end.substr(cr))) return 0;
  return end.size() - cr;
}

}  // namespace

Parser::Parser(std::string_view boundary, PartHandler& handler, const Limits& limits)
    : delimiter_(std::string(crlf) + std::string(dashes) + std::string(boundary)),
      handler_(handler),
      limits_(limits),
      held_(crlf.size()),
      virtual_(crlf.size()),
      head_reader_(limits.part_header_count_max) {
  ASSERT(!boundary.empty() && boundary.size() <= limits::boundary_bytes_max);
  ASSERT(boundary.find_first_of(crlf) == std::string_view::npos);
}

Result<> Parser::write(Bytes chunk) {
  std::string_view rest = as_text(chunk);
  while (!rest.empty()) TRY_DO(step(rest));
  return {};
}

Result<> Parser::finish() {
  const bool is_closed =
      state_ == State::closed_tail || state_ == State::closed_lf || state_ == State::epilogue;
  if (is_closed) return {};
  return fail(ErrorCode::invalid_request,
              "The request body ended before the closing boundary: " +
                  excerpt(delimiter_.substr(crlf.size()) + std::string(dashes)) +
                  " was expected, but the body ended after " + std::to_string(offset_) +
                  " bytes, " + place() + ".");
}

Result<> Parser::step(std::string_view& rest) {
  switch (state_) {
    case State::preamble:
    case State::content:
      return scan(rest);
    case State::boundary_tail:
      return read_boundary_tail(rest);
    case State::boundary_lf:
      return read_boundary_lf(rest);
    case State::closing_dash:
      return read_closing_dash(rest);
    case State::head:
      return read_head(rest);
    case State::closed_tail:
      return read_closed_tail(rest);
    case State::closed_lf:
      return read_closed_lf(rest);
    case State::epilogue:
      return read_epilogue(rest);
  }
  std::unreachable();
}

// Looks for the delimiter and passes on what stands before it.
Result<> Parser::scan(std::string_view& rest) {
  if (held_ > 0) return resume_delimiter(rest);
  const std::size_t found = find(rest, delimiter_);
  if (found != std::string_view::npos) {
    TRY_DO(pass_on(take(rest, found)));
    take(rest, delimiter_.size());
    delimiter_found();
    return {};
  }
  held_ = held_size(rest, delimiter_);
  TRY_DO(pass_on(take(rest, rest.size() - held_)));
  take(rest, held_);
  return {};
}

// Goes on with a delimiter whose first `held_` bytes have come. Where it turns out to be none, what
// was held is passed on, and the search restarts at the byte that differs: no delimiter can begin
// among the held bytes, because only the first of them is a CR.
Result<> Parser::resume_delimiter(std::string_view& rest) {
  const std::string_view delimiter = delimiter_;
  const std::string_view missing = delimiter.substr(held_);
  const auto differing = std::ranges::mismatch(missing, rest).in1;
  const auto same = static_cast<std::size_t>(differing - missing.begin());
  take(rest, same);
  held_ += same;
  if (held_ == delimiter.size()) {
    delimiter_found();
    return {};
  }
  if (rest.empty()) return {};
  const std::string_view released = delimiter.substr(0, held_).substr(virtual_);
  held_ = 0;
  virtual_ = 0;
  return pass_on(released);
}

void Parser::delimiter_found() {
  held_ = 0;
  virtual_ = 0;
  head_bytes_ = 0;
  line_offset_ = offset_ - (delimiter_.size() - crlf.size());
  // Content has ended, but only the rest of the line tells whether the line is sound: end_part() is
  // called then.
  state_ = State::boundary_tail;
}

Result<> Parser::read_boundary_tail(std::string_view& rest) {
  if (const std::size_t padding = padding_size(rest); padding > 0) {
    take(rest, padding);
    return count_head(padding);
  }
  if (rest.front() == '\r') {
    take(rest, 1);
    state_ = State::boundary_lf;
    return {};
  }
  if (rest.front() == '-' && head_bytes_ == 0) {
    take(rest, 1);
    state_ = State::closing_dash;
    return {};
  }
  return refuse_boundary_line("goes on with other text");
}

Result<> Parser::read_boundary_lf(std::string_view& rest) {
  if (rest.front() != '\n') return refuse_boundary_line("has a CR without LF");
  take(rest, 1);
  TRY_DO(end_part());
  if (part_count_ == limits_.parts_max) {
    return fail(ErrorCode::invalid_request, "A form may have at most " +
                                                std::to_string(limits_.parts_max) +
                                                " parts, but this one has more.");
  }
  ++part_count_;
  head_reader_ = PartHeadReader(limits_.part_header_count_max);
  state_ = State::head;
  return {};
}

Result<> Parser::read_closing_dash(std::string_view& rest) {
  if (rest.front() != '-') return refuse_boundary_line("goes on with a single '-'");
  take(rest, 1);
  TRY_DO(end_part());
  state_ = State::closed_tail;
  return {};
}

Result<> Parser::read_head(std::string_view& rest) {
  const std::size_t lf = rest.find('\n');
  const std::string_view piece = take(rest, lf == std::string_view::npos ? rest.size() : lf + 1);
  TRY_DO(count_head(piece.size()));
  line_ += piece;
  if (lf == std::string_view::npos) return {};
  if (!line_.ends_with(crlf)) {
    return refuse_part("has a header line that ends with LF alone; CRLF was expected.");
  }
  line_.resize(line_.size() - crlf.size());
  const std::string line = std::exchange(line_, {});
  if (line.empty()) return begin_part();
  if (auto added = head_reader_.add(line); !added) return refuse_part(added.error().detail);
  return {};
}

Result<> Parser::begin_part() {
  const auto head = head_reader_.finish();
  if (!head) return refuse_part(head.error().detail);
  state_ = State::content;
  held_ = crlf.size();
  virtual_ = crlf.size();
  return handler_.begin(*head);
}

Result<> Parser::end_part() { return part_count_ > 0 ? handler_.end() : Result<>(); }

// The closing line goes on to its end, so that content which merely looks like a closing boundary
// is refused and not cut short.
Result<> Parser::read_closed_tail(std::string_view& rest) {
  if (const std::size_t padding = padding_size(rest); padding > 0) {
    take(rest, padding);
    return count_around(padding);
  }
  if (rest.front() != '\r') return refuse_boundary_line("goes on after its closing \"--\"");
  take(rest, 1);
  state_ = State::closed_lf;
  return {};
}

Result<> Parser::read_closed_lf(std::string_view& rest) {
  if (rest.front() != '\n') return refuse_boundary_line("has a CR without LF");
  take(rest, 1);
  state_ = State::epilogue;
  return {};
}

Result<> Parser::read_epilogue(std::string_view& rest) {
  return count_around(take(rest, rest.size()).size());
}

std::string_view Parser::take(std::string_view& rest, std::size_t count) {
  const std::string_view taken = rest.substr(0, count);
  rest.remove_prefix(count);
  offset_ += count;
  return taken;
}

Result<> Parser::pass_on(std::string_view text) {
  if (text.empty()) return {};
  return state_ == State::preamble ? count_around(text.size()) : handler_.data(as_bytes(text));
}

Result<> Parser::count_around(std::size_t bytes) {
  around_bytes_ += bytes;
  if (around_bytes_ <= limits_.around_parts_bytes_max) return {};
  return fail(ErrorCode::invalid_request,
              "A form may have at most " + std::to_string(limits_.around_parts_bytes_max) +
                  " bytes before its first and after its closing boundary, but this one, whose "
                  "boundary is " +
                  excerpt(delimiter_.substr(crlf.size() + dashes.size())) + ", has more.");
}

Result<> Parser::count_head(std::size_t bytes) {
  head_bytes_ += bytes;
  if (head_bytes_ <= limits_.part_head_bytes_max) return {};
  return fail(ErrorCode::invalid_request,
              "The headers of a part may have at most " +
                  std::to_string(limits_.part_head_bytes_max) + " bytes, but those at byte " +
                  std::to_string(line_offset_) + " of the request body have more.");
}

std::string Parser::place() const {
  const std::string part = "part " + std::to_string(part_count_);
  switch (state_) {
    case State::preamble:
      return "and the boundary was not in it";
    case State::head:
      return "in the headers of " + part;
    case State::content:
      return "in the content of " + part;
    default:
      return "in the boundary line at byte " + std::to_string(line_offset_);
  }
}

std::unexpected<Error> Parser::refuse_boundary_line(std::string_view but) const {
  return fail(ErrorCode::invalid_request,
              "The boundary line at byte " + std::to_string(line_offset_) +
                  " of the request body must read " + excerpt(delimiter_.substr(crlf.size())) +
                  " or the same with \"--\" after it, but it " + std::string(but) + ".");
}

std::unexpected<Error> Parser::refuse_part(std::string_view predicate) const {
  return fail(ErrorCode::invalid_request,
              "Part " + std::to_string(part_count_) + " of the form, at byte " +
                  std::to_string(line_offset_) + " of the request body, " + std::string(predicate));
}

}  // namespace argot::multipart
