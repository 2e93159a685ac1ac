#include "http/head_tokens.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/optional.hpp>

#include "http/characters.h"

namespace argot::http {

namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// Beast's parser underneath http::request_parser: it hands out views of the input where the latter
// copies every field into a container.
class Tokenizer final : public beast::http::basic_parser<true> {
 public:
  explicit Tokenizer(std::size_t header_count_max) : header_count_max_(header_count_max) {
    constexpr std::size_t usual_header_count = 32;
    tokens_.headers.reserve(usual_header_count);
  }

  HeadTokens take() { return std::move(tokens_); }
  bool has_too_many_headers() const { return has_too_many_headers_; }

 private:
  using Error = beast::error_code;

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, Error&) override {
    tokens_.method = view(method);
    tokens_.target = view(target);
    tokens_.is_http_1_0 = version == 10;
  }

  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     Error& error) override {
    if (tokens_.headers.size() == header_count_max_) {
      has_too_many_headers_ = true;
      error = beast::http::error::header_limit;
      return;
    }
    tokens_.headers.push_back({.name = view(name), .value = view(value)});
  }

  // None of these happens before the head has been read.
  void on_response_impl(int, beast::string_view, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

  HeadTokens tokens_;
  std::size_t header_count_max_;
  bool has_too_many_headers_ = false;
};

// Beast unfolds lines that start with white space (RFC 9112 section 5.2); two readers may disagree
// on whether such a line is a field of its own.
bool has_folded_line(std::string_view head) {
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

// Whether the request line ends in a well-formed version that is neither 1.0 nor 1.1.
bool names_other_version(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]) && version != "HTTP/1.0" &&
         version != "HTTP/1.1";
}

}  // namespace

Result<HeadTokens> tokenize_head(std::string_view head, std::size_t header_count_max) {
  if (has_folded_line(head)) return fail(ErrorCode::bad_framing, "a header is folded");
  if (head.empty()) return fail(ErrorCode::bad_framing, "the head is empty");

  Tokenizer tokenizer(header_count_max);
  tokenizer.header_limit(static_cast<std::uint32_t>(head.size()));
  tokenizer.body_limit(boost::none);
  beast::error_code error;
  const std::size_t read = tokenizer.put(boost::asio::buffer(head.data(), head.size()), error);
  if (tokenizer.has_too_many_headers()) {
    return fail(ErrorCode::headers_too_large,
                "more than " + std::to_string(header_count_max) + " header fields");
  }
  if (error == beast::http::error::bad_version && names_other_version(head)) {
    return fail(ErrorCode::http_version_unsupported, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  }
  if (error) return fail(ErrorCode::bad_framing, "malformed request head: " + error.message());
  if (read != head.size()) return fail(ErrorCode::bad_framing, "bytes after the head");
  return tokenizer.take();
}

}  // namespace argot::http
