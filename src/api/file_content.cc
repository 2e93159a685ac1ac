#include "api/file_content.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/ranged_content.h"
#include "api/replies.h"
#include "base/text.h"
#include "http/conditional.h"
#include "http/content_disposition.h"
#include "http/dates.h"
#include "http/range.h"

namespace argot::api {
namespace {

constexpr std::array<std::string_view, 6> condition_headers = {
    "Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"};

// The part of a request that decides what is sent, kept for the worker that looks at it later.
class Conditions {
 public:
  explicit Conditions(const http::Request& request) : method_(request.method) {
    for (const http::HeaderView& header : request.headers) {
      const bool counts = std::ranges::any_of(condition_headers, [&](std::string_view name) {
        return equals_ignoring_case(header.name, name);
      });
      if (counts) kept_.push_back({std::string(header.name), std::string(header.value)});
    }
  }

  // It borrows from this object.
  http::Request request() const {
    http::Request request;
    request.method = method_;
    for (const http::Header& header : kept_) request.headers.push_back({header.name, header.value});
    return request;
  }

 private:
  http::Method method_;
  std::vector<http::Header> kept_;
};

http::Representation representation_of(const std::string& etag, const catalog::File& file) {
  return {.etag = etag, .last_modified = file.created_at};
}

// The digest of a file in several parts is one of its parts': their number tells it from the
// digest of a content.
std::string etag_of(const catalog::File& file) {
  const std::string parts = file.part_count > 0 ? "-" + std::to_string(file.part_count) : "";
  return "\"" + file.sha256.hex() + parts + "\"";
}

// What a 200, 206 and 304 have in common (RFC 9110 section 15.4.5).
http::Response validated_reply(int status, const std::string& etag, const catalog::File& file) {
  http::Response reply;
  reply.status = status;
  reply.headers = {{"ETag", etag},
                   {"Last-Modified", http::format_date(file.created_at)},
                   {"Cache-Control", "private, no-cache"}};
  return reply;
}

// Whoever opens it in a browser gets a download: never a page, never anything that runs.
void add_content_headers(http::Response& reply, const std::string& disposition) {
  const std::vector<http::Header> more = {
      {"Content-Type", "application/octet-stream"},
      {"Content-Disposition", disposition},
      {"Accept-Ranges", "bytes"},
      {"Content-Security-Policy", "sandbox; default-src 'none'"},
      {"Cross-Origin-Resource-Policy", "same-origin"}};
  reply.headers.insert(reply.headers.end(), more.begin(), more.end());
}

// The URL lets whoever has it read, and not for long: no cache may keep it.
http::Response redirect_to(const std::string& url) {
  http::Response reply;
  reply.status = 302;
  reply.headers = {{"Location", url}, {"Cache-Control", "no-store"}};
  return reply;
}

http::Response unsatisfied_reply(const Error& error, std::uint64_t size) {
  http::Response reply = error_reply(error);
  reply.headers.push_back({"Content-Range", http::unsatisfied_content_range(size)});
  return reply;
}

// The answer for a file that is there, to a request that has conditions.
Result<http::Response> reply_with(std::unique_ptr<files::Content> content,
                                  const http::Request& request, std::int64_t now) {
  const catalog::File& file = content->file();
  const std::string etag = etag_of(file);
  const auto result = http::evaluate_conditions(request, representation_of(etag, file), now);
  switch (result.outcome) {
    case http::Outcome::not_modified:
      return validated_reply(304, etag, file);
    case http::Outcome::precondition_failed:
      return fail(ErrorCode::precondition_failed);
    case http::Outcome::proceed:
      break;
  }
  std::optional<http::ByteRange> range;
  if (result.range_applies) {
    auto parsed = http::parse_range(request.header("Range").value_or(""), file.bytes);
    if (!parsed) return unsatisfied_reply(parsed.error(), file.bytes);
    range = *parsed;
  }
  const std::string disposition = http::attachment_disposition(file.filename);
  // Ranges have validators, which are the store's own there.
  const bool is_whole = request.method == http::Method::get && !request.header("Range");
  if (is_whole && file.bytes > 0) {
    if (const auto url = content->direct_url(disposition)) return redirect_to(*url);
  }
  const http::ByteRange sent = range.value_or(http::ByteRange{.offset = 0, .length = file.bytes});
  if (request.method == http::Method::get && file.bytes > 0) {
    // While an error can still be said as one; behind these blocks it breaks the connection.
    TRY_DO(content->verify(sent.offset, sent.offset + sent.length));
  } else {
    TRY_DO(content->open());
  }
  http::Response reply = validated_reply(range ? 206 : 200, etag, file);
  add_content_headers(reply, disposition);
  if (range) reply.headers.push_back({"Content-Range", http::content_range(*range, file.bytes)});
  if (file.bytes == 0) return reply;
  reply.body = std::make_unique<RangedContent>(std::move(content), sent);
  return reply;
}

}  // namespace

std::unique_ptr<Job> file_content(ContentSource source, const http::Request& request) {
  return std::make_unique<BodilessJob>(
      [source = std::move(source), kept = Conditions(request)]() -> Result<http::Response> {
        TRY(auto content, source.library.find_content(source.scope, source.file_id));
        return reply_with(std::move(content), kept.request(), unix_seconds(source.clock.now()));
      });
}

}  // namespace argot::api
