#include "tests/wire/transcript.h"

#include <algorithm>

#include "base/text.h"

namespace argot::wire {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Takes the first word off.
std::string_view take_word(std::string_view& rest) {
  rest = trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
  rest = trimmed(rest.substr(word.size()));
  return word;
}

std::vector<std::string> words_of(std::string_view rest) {
  std::vector<std::string> words;
  while (!rest.empty()) words.emplace_back(take_word(rest));
  return words;
}

// Reads the lines of one transcript. Errors are strings here; the caller adds the line.
class Reader {
 public:
  Result<Transcript> read(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      ++line_;
      if (const Result<> read = read_line(line); !read) {
        return fail(ErrorCode::invalid_request,
                    "line " + std::to_string(line_) + ": " + read.error().detail);
      }
    }
    TRY_DO(end_exchange());
    return std::move(transcript_);
  }

 private:
  static std::unexpected<Error> wrong(std::string message) {
    return fail(ErrorCode::invalid_request, std::move(message));
  }

  Result<> read_line(std::string_view line) {
    if (trimmed(line).empty() || line.starts_with('#')) return {};
    const std::string_view rest = trimmed(line.substr(1));
    switch (line.front()) {
      case '>':
        return read_sent(rest);
      case '<':
        return read_expected(rest);
      case '=':
        TRY_DO(end_exchange());
        return read_left(rest);
      case '*':
        TRY_DO(end_exchange());
        return read_action(rest);
      default:
        return wrong("a line begins with '#', '>', '<', '=' or '*'");
    }
  }

  // --- What is sent ------------------------------------------------------------------------------

  Result<> read_sent(std::string_view rest) {
    if (exchange_ && exchange_->expected.status != 0) TRY_DO(end_exchange());
    std::string_view arguments = rest;
    const std::string_view word = take_word(arguments);
    if (!exchange_) return begin_exchange(word, arguments);
    Sent& sent = exchange_->sent;
    if (word == "header") return read_header(arguments, sent.text.headers);
    if (word == "form") return read_field(arguments);
    if (word == "part") return read_part(arguments);
    if (word == "boundary") {
      TRY(sent.boundary, take_quoted(arguments));
      return {};
    }
    if (word == "epilogue") {
      TRY(sent.epilogue, take_quoted(arguments));
      return {};
    }
    if (word == "body") {
      TRY(const std::string body, take_quoted(arguments));
      sent.text.body += body;
      return {};
    }
    if (word == "chunked") {
      sent.is_chunked = true;
      return {};
    }
    if (word == "key") {
      sent.key_name = std::string(arguments);
      return {};
    }
    if (rest == "no key") {
      sent.key_name = std::nullopt;
      return {};
    }
    return wrong("'> " + std::string(word) + "' means nothing inside a request");
  }

  Result<> begin_exchange(std::string_view method, std::string_view target) {
    exchange_.emplace();
    exchange_line_ = line_;
    if (method == "raw") {
      TRY(exchange_->sent.raw, take_quoted(target));
      return {};
    }
    if (!target.starts_with('/')) return wrong("a request begins with '> METHOD /target'");
    exchange_->sent.text.method = method;
    exchange_->sent.text.target = target;
    return {};
  }

  static Result<> read_header(std::string_view text, std::vector<http::Header>& headers) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return wrong("a header reads 'Name: value'");
    headers.push_back(
        {std::string(text.substr(0, colon)), std::string(trimmed(text.substr(colon + 1)))});
    return {};
  }

  // `name=value`, `name="quoted" * 3`, `name=@file.txt "content" * 3`
  Result<> read_field(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return wrong("a field reads 'name=value'");
    FormPart part{
        .name = std::string(text.substr(0, equals)), .filename = {}, .head = {}, .content = {}};
    text.remove_prefix(equals + 1);
    if (text.starts_with('@')) {
      text.remove_prefix(1);
      if (text.starts_with('"')) {
        TRY(part.filename, take_quoted(text));
      } else {
        part.filename = std::string(take_word(text));
      }
      TRY(part.content, take_quoted(text));
    } else if (text.starts_with('"')) {
      TRY(part.content, take_quoted(text));
    } else {
      part.content = text;
    }
    exchange_->sent.form.push_back(std::move(part));
    return {};
  }

  // `"Content-Disposition: ...\r\n" "content"`
  Result<> read_part(std::string_view text) {
    FormPart part;
    TRY(part.head, take_quoted(text));
    TRY(part.content, take_quoted(text));
    exchange_->sent.form.push_back(std::move(part));
    return {};
  }

  // --- What must come back -----------------------------------------------------------------------

  Result<> read_expected(std::string_view rest) {
    if (!exchange_) return wrong("there is no request before this reply");
    Expected& expected = exchange_->expected;
    std::string_view arguments = rest;
    const std::string_view word = take_word(arguments);
    if (expected.status == 0) {
      const auto status = parse_decimal(word);
      if (!status || *status < 100 || *status > 599) return wrong("a reply begins with '< STATUS'");
      expected.status = static_cast<int>(*status);
      return {};
    }
    if (word == "header") {
      std::vector<http::Header> read;
      TRY_DO(read_header(arguments, read));
      expected.headers.emplace_back(read.front().name, read.front().value);
      return {};
    }
    if (word == "no") {
      take_word(arguments);  // "header"
      expected.absent_headers.emplace_back(arguments);
      return {};
    }
    if (word == "body") {
      TRY(expected.body, take_quoted(arguments));
      return {};
    }
    if (word == "json") {
      expected.json = std::string(arguments);
      return {};
    }
    // Whatever else follows a pattern belongs to it.
    if (!expected.json) return wrong("'< " + std::string(word) + "' means nothing inside a reply");
    *expected.json += "\n" + std::string(rest);
    return {};
  }

  Result<> end_exchange() {
    if (!exchange_) return {};
    if (exchange_->expected.status == 0) {
      return wrong("the request of line " + std::to_string(exchange_line_) + " has no reply");
    }
    transcript_.steps.push_back({.line = exchange_line_, .what = *std::move(exchange_)});
    exchange_ = std::nullopt;
    return {};
  }

  // --- What must be left, and what happens meanwhile ---------------------------------------------

  Result<> read_left(std::string_view rest) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view blobs = rest.substr(0, comma);
    std::string_view rows = rest.substr(std::min(comma + 1, rest.size()));
    const bool is_named = take_word(blobs) == "blobs" && take_word(rows) == "rows";
    const auto blob_count = parse_decimal(blobs);
    const auto row_count = parse_decimal(rows);
    if (!is_named || !blob_count || !row_count) return wrong("expected '= blobs N, rows N'");
    transcript_.steps.push_back(
        {.line = line_, .what = Left{.blobs = *blob_count, .rows = *row_count}});
    return {};
  }

  Result<> read_action(std::string_view rest) {
    std::string_view arguments = rest;
    if (take_word(arguments) != "set") {
      transcript_.steps.push_back({.line = line_, .what = Action{.words = words_of(rest)}});
      return {};
    }
    if (!transcript_.steps.empty()) return wrong("'* set' stands before everything else");
    const std::string name(take_word(arguments));
    transcript_.settings.emplace_back(name, std::string(arguments));
    return {};
  }

  // --- Quoted texts ------------------------------------------------------------------------------

  // `"text"` or `"text" * 3` off the front.
  static Result<std::string> take_quoted(std::string_view& rest) {
    rest = trimmed(rest);
    if (!rest.starts_with('"')) return wrong("expected a text in quotes");
    rest.remove_prefix(1);
    std::string text;
    while (!rest.empty() && rest.front() != '"') {
      if (rest.front() == '\\') {
        TRY(const char character, take_escape(rest));
        text += character;
      } else {
        text += rest.front();
        rest.remove_prefix(1);
      }
    }
    if (rest.empty()) return wrong("a text in quotes has no end");
    rest = trimmed(rest.substr(1));
    if (!rest.starts_with('*')) return text;
    rest.remove_prefix(1);
    const auto count = parse_decimal(take_word(rest));
    if (!count) return wrong("expected a number after '*'");
    std::string repeated;
    for (std::uint64_t round = 0; round < *count; ++round) repeated += text;
    return repeated;
  }

  static Result<char> take_escape(std::string_view& rest) {
    constexpr std::string_view names = "nrt\\\"0";
    constexpr std::string_view values("\n\r\t\\\"\0", 6);
    if (rest.size() < 2) return wrong("a text ends in a backslash");
    if (rest[1] == 'x') {
      std::byte value{};
      if (!parse_hex(rest.substr(2, 2), {&value, 1})) return wrong("expected two digits after \\x");
      rest.remove_prefix(4);
      return static_cast<char>(value);
    }
    const std::size_t place = names.find(rest[1]);
    if (place == std::string_view::npos) return wrong("there is no such escape");
    rest.remove_prefix(2);
    return values[place];
  }

  Transcript transcript_;
  std::optional<Exchange> exchange_;
  std::size_t exchange_line_ = 0;
  std::size_t line_ = 0;
};

}  // namespace

Result<Transcript> parse_transcript(std::string_view text) { return Reader().read(text); }

}  // namespace argot::wire
