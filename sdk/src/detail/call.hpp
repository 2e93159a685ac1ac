// One call of an operation: its attempts, the waits between them, and the deadline over all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "argot_open_ai/lib/options.hpp"
#include "argot_open_ai/types/result.hpp"
#include "detail/client.hpp"
#include "detail/error_maker.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// What a reply of success is: 200 with JSON, or any 2XX with any bytes.
enum class Expected { json, bytes };

/// What an operation asks for.
struct Operation {
  /// "listFiles"
  std::string_view id{};
  std::string_view method{"GET"};
  /// "/files/file-abc", percent-encoded.
  std::string path{};
  std::vector<std::pair<std::string, std::string>> query{};
  /// Accept, and what frames the body.
  Headers headers{};
  /// Of the first attempt; it is rewound for the others. A source that cannot rewind and was read
  /// is not sent again: the failure is final then.
  std::shared_ptr<ByteSource> body{};
  /// What the log shows instead of it.
  std::string bodyNote{};
  Expected expected = Expected::json;
  /// Whether a repeated request could do something twice, and so carries an Idempotency-Key.
  bool needsIdempotencyKey = false;
};

/// "/files/" and the encoded id, and then `suffix`. Error: InvalidRequestError where the id is
/// empty, a dot segment in any spelling, or holds a control character.
Result<std::string> filePath(std::string_view fileId, std::string_view suffix = {});
/// The same below "/uploads/".
Result<std::string> uploadPath(std::string_view uploadId, std::string_view suffix);

/// Borrows the client and the options. Not thread-safe. The order of things is that of the
/// TypeScript SDK: docs/sdk/options.md has it.
class Call {
 public:
  Call(const Client& client, Operation operation, const RequestOptions& options);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call();

  /// Attempts until a reply of success (200, or 206 where a Range was asked for) has begun; its
  /// body is still to be read. Replies of 4XX and 5XX that are not tried again become SDKError.
  Result<std::unique_ptr<ResponseStream>> open();

  /// Tells the logs of a reply whose body broke off; what open() fails with they know.
  void noteBreak(const TransportFailure& failure);

  /// For a reply whose body broke off: waits for another attempt where there may be one, and the
  /// caller calls open() again; else the error.
  Result<void> recover(TransportFailure failure);

  /// Goes out with the attempts to come: Range, If-Range.
  void setHeader(std::string_view name, std::string value);

  /// The reply with its whole body, which is part of each attempt.
  Result<HttpResponse> exchange();

  /// An error that is about what came, with this call's attempts in it.
  Error validationError(std::string rawValue, std::vector<ValidationIssue> issues) const;
  Attempts attempts() const;

  /// Bytes received of a download whose size may be known; goes to onProgress, which never sees
  /// less than before. Error: RequestAbortedError, where onProgress throws.
  Result<void> report(std::uint64_t done, std::optional<std::uint64_t> total);
  /// The same, for the end: is never left out.
  Result<void> reportEnd(std::uint64_t done);

 private:
  class CountedBody;
  struct State;
  /// What the loop of attempts goes on with: a value ends it, and so does an error.
  using Next = Result<std::optional<std::unique_ptr<ResponseStream>>>;

  Result<void> prepare();
  Result<void> begin();
  Next attempt();
  Next take(HttpRequest& request, std::unique_ptr<ResponseStream> stream);
  Next failed(const HttpRequest& request, TransportFailure failure);
  Result<void> runRequestHooks(HttpRequest& request);
  Error errorOf(TransportFailure failure) const;
  /// Waits where there may be another attempt; else `final`.
  Result<void> waitOr(Error final, std::optional<std::chrono::milliseconds> asked);

  std::unique_ptr<State> state_;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
