#include "detail/call.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <ratio>
#include <string>
#include <utility>

#include "base/text.h"
#include "detail/call_log.hpp"
#include "detail/multipart_body.hpp"
#include "detail/progress_meter.hpp"
#include "detail/request_headers.hpp"
#include "detail/retry_plan.hpp"
#include "detail/total.hpp"
#include "fetch/url.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::size_t errorBodyBytesMax = std::size_t{1} << 20;
constexpr std::size_t replyBytesMax = std::size_t{64} << 20;
constexpr std::size_t stepBytes = std::size_t{64} << 10;  // of a body whose length is not known

std::optional<std::uint64_t> contentLength(const Headers& headers) {
  const std::string* const length = headers.find("content-length");
  return length == nullptr ? std::nullopt : parse_decimal(*length);
}

bool isJson(const Headers& headers) {
  const std::string* const type = headers.find("content-type");
  if (type == nullptr) return false;
  std::string_view essence(*type);
  essence = essence.substr(0, essence.find(';'));
  while (essence.ends_with(' ') || essence.ends_with('\t')) essence.remove_suffix(1);
  return std::ranges::equal(essence, std::string_view("application/json"),
                            [](unsigned char a, char b) { return std::tolower(a) == b; });
}

using Count = std::expected<std::size_t, TransportFailure>;

// Reads until `room` is full or the body ends.
Count fill(ResponseStream& stream, std::span<std::byte> room) {
  std::size_t filled = 0;
  while (filled < room.size()) {
    const Count count = stream.read(room.subspan(filled));
    if (!count || *count == 0) return count ? Count(filled) : count;
    filled += *count;
  }
  return filled;
}

// Appends up to `bytes` of the body, without filling their place with zeros first.
Count append(std::string& text, ResponseStream& stream, std::size_t bytes) {
  const std::size_t held = text.size();
  Count count = 0;
  std::exception_ptr thrown;
  text.resize_and_overwrite(held + bytes, [&](char* data, std::size_t size) noexcept {
    try {
      count = fill(stream, std::as_writable_bytes(std::span(data, size)).subspan(held));
    } catch (...) {
      thrown = std::current_exception();
    }
    return held + count.value_or(0);
  });
  if (thrown) std::rethrow_exception(thrown);
  return count;
}

// Up to `bytesMax` of the body; what follows is left unread.
std::expected<std::string, TransportFailure> bodyText(ResponseStream& stream,
                                                      std::size_t bytesMax) {
  std::string text;
  // What is announced is read into its place; a byte more shows that it was all.
  const std::optional<std::uint64_t> announced = contentLength(stream.headers());
  std::size_t step = announced && *announced < bytesMax ? *announced + 1 : stepBytes;
  while (text.size() < bytesMax) {
    const std::size_t wanted = std::min(step, bytesMax - text.size());
    const Count count = append(text, stream, wanted);
    if (!count) return std::unexpected(count.error());
    if (*count < wanted) break;
    step = stepBytes;
  }
  return text;
}

std::string_view word(TransportFailure::Kind kind) {
  switch (kind) {
    case TransportFailure::Kind::aborted:
      return "aborted";
    case TransportFailure::Kind::timedOut:
      return "timeout";
    case TransportFailure::Kind::connection:
      return "connection";
    case TransportFailure::Kind::invalidRequest:
      return "invalid";
    case TransportFailure::Kind::unexpected:
      break;
  }
  return "failure";
}

}  // namespace

struct Call::State {
  State(const Client& owner, Operation asked, const RequestOptions& settings)
      : client(owner),
        operation(std::move(asked)),
        options(settings),
        plan(owner.options(), settings),
        start(owner.surroundings().now()),
        meter(options.onProgress, owner.surroundings()) {
    const auto timeout = options.timeout.count() > 0 ? options.timeout : owner.options().timeout;
    if (timeout.count() > 0) deadline = start + timeout;
  }

  SteadyTime now() const { return client.surroundings().now(); }
  bool isPastDeadline() const { return deadline && now() >= *deadline; }
  const std::stop_token& signal() const { return options.fetchOptions.signal; }

  const Client& client;
  Operation operation;
  const RequestOptions& options;
  RetryPlan plan;
  SteadyTime start;
  std::optional<SteadyTime> deadline{};
  ProgressMeter meter;
  std::exception_ptr progressThrew{};

  // Made once a call.
  std::optional<HttpRequest> request{};
  HookContext hookContext{};
  std::shared_ptr<CountedBody> body{};

  HttpResponse reply{};  // the head of the last one
  int attempts = 0;
  std::string outcomes{};  // "503, connection"
};

// Counts what is sent, for progress and for knowing whether a body has to be rewound.
class Call::CountedBody final : public ByteSource {
 public:
  CountedBody(std::shared_ptr<ByteSource> source, State& state)
      : source_(std::move(source)), state_(state) {}

  bool touched() const noexcept { return touched_; }

  std::optional<std::uint64_t> size() const override { return source_->size(); }

  std::size_t read(std::span<std::byte> room) override {
    touched_ = true;
    const std::size_t count = source_->read(room);
    sent_ += count;
    try {
      state_.meter.step(sent_, source_->size(), count == 0 || sent_ == source_->size());
    } catch (...) {
      state_.progressThrew = std::current_exception();
      throw;
    }
    return count;
  }

  bool rewind() override {
    if (touched_ && !source_->rewind()) return false;
    touched_ = false;
    sent_ = 0;
    return true;
  }

 private:
  std::shared_ptr<ByteSource> source_;
  State& state_;
  bool touched_ = false;
  std::uint64_t sent_ = 0;
};

Call::Call(const Client& client, Operation operation, const RequestOptions& options)
    : state_(std::make_unique<State>(client, std::move(operation), options)) {}

Call::~Call() = default;

void Call::setHeader(std::string_view name, std::string value) {
  state_->operation.headers.set(name, value);
  if (state_->request) state_->request->headers.set(name, std::move(value));
}

// --- The request -------------------------------------------------------------------------------

Result<void> Call::prepare() {
  State& state = *state_;
  const Client& client = state.client;
  Result<std::string> key = resolvedKey(client.options().apiKeyAuth);
  if (!key.ok()) return key.error();
  std::vector<fetch::QueryItem> query;
  query.reserve(state.operation.query.size());
  for (const auto& [name, value] : state.operation.query) query.push_back({name, value});
  HttpRequest request{
      .method = std::string(state.operation.method),
      .url = fetch::join_url({.base = client.baseURL(),
                              .path = state.operation.path,
                              .query = fetch::encode_query(query)}),
      .headers = requestHeaders(state.operation.headers, *key, state.options.fetchOptions,
                                client.options().transport)};
  if (state.operation.needsIdempotencyKey && request.headers.find("Idempotency-Key") == nullptr) {
    request.headers.set("Idempotency-Key", randomToken());
  }
  if (state.operation.body) {
    state.body = std::make_shared<CountedBody>(state.operation.body, state);
    request.body = state.body;
  }
  state.hookContext = {.operationID = state.operation.id,
                       .baseURL = client.baseURL(),
                       .securitySource = key->empty() ? "" : "apiKeyAuth"};
  if (const auto& hooks = client.options().hooks) {
    try {
      for (const SDKHooks::OnRequest& hook : hooks->beforeCreateRequest)
        hook(state.hookContext, request);
    } catch (...) {
      return caught("Create request hook failed to execute");
    }
  }
  state.request = std::move(request);
  return {};
}

Result<void> Call::runRequestHooks(HttpRequest& request) {
  if (const auto& hooks = state_->client.options().hooks) {
    try {
      for (const SDKHooks::OnRequest& hook : hooks->beforeRequest)
        hook(state_->hookContext, request);
    } catch (...) {
      return caught("Before request hook failed to execute");
    }
  }
  return checkHeaders(request.headers);
}

// --- Attempts ----------------------------------------------------------------------------------

Result<std::unique_ptr<ResponseStream>> Call::open() {
  if (!state_->request) {
    if (Result<void> prepared = prepare(); !prepared.ok()) return prepared.error();
  }
  for (;;) {
    if (Result<void> begun = begin(); !begun.ok()) return begun.error();
    Next next = attempt();
    if (!next.ok()) return next.error();
    if (*next) return **std::move(next);
  }
}

Result<void> Call::begin() {
  const State& state = *state_;
  if (state.signal().stop_requested())
    return ErrorMaker::aborted({.text = "the signal"}, attempts());
  if (state.isPastDeadline()) return ErrorMaker::timedOut({.text = "the deadline"}, attempts());
  return {};
}

Call::Next Call::attempt() {
  State& state = *state_;
  // Hooks change what one attempt sends, and none comes after the only one.
  const bool isOnly = state.plan.isNone() && !state.client.options().hooks;
  std::optional<HttpRequest> copy;
  HttpRequest& request = isOnly ? *state.request : copy.emplace(*state.request);
  if (Result<void> ready = runRequestHooks(request); !ready.ok()) return ready.error();
  const CallContext context{.signal = state.signal(),
                            .deadline = state.deadline,
                            .redirect = state.options.fetchOptions.redirect,
                            .keepalive = state.options.fetchOptions.keepalive};
  logRequest(state.client, request, state.operation.bodyNote);
  ++state.attempts;
  try {
    auto sent = state.client.http().request(request, context);
    if (!sent) return failed(request, std::move(sent).error());
    return take(request, *std::move(sent));
  } catch (...) {
    if (state.progressThrew) return errorOf({});
    return caught();
  }
}

// What to make of a reply whose head is there.
Call::Next Call::take(HttpRequest& request, std::unique_ptr<ResponseStream> stream) {
  State& state = *state_;
  HttpResponse response{.status = stream->status()};
  state.outcomes += (state.outcomes.empty() ? "" : ", ") + std::to_string(response.status);
  const bool isError = response.status >= 400;
  const bool takesAny = state.operation.expected == Expected::bytes;
  // A copy, which most successes have no use for.
  const bool isLookedAt = isError || state.client.options().hooks || state.options.response ||
                          state.client.logger() != nullptr;
  if (isLookedAt) response.headers = stream->headers();
  if (isError) {
    // A body that breaks off is as much of an explanation as there is.
    response.body = bodyText(*stream, errorBodyBytesMax).value_or("");
  }
  if (const auto& hooks = state.client.options().hooks) {
    for (const auto& hook : isError ? hooks->afterError : hooks->afterSuccess) {
      hook(state.hookContext, response);
    }
  }
  if (ResponseInfo* const info = state.options.response) {
    const std::string* const id = response.headers.find("x-request-id");
    *info = {.status = response.status,
             .headers = response.headers,
             .requestId = id == nullptr ? "" : *id,
             .attempts = state.attempts};
  }
  if (isError || takesAny) logResponse(state.client, request, response);
  if (isError) {
    const auto asked =
        state.plan.askedWait(response.headers, state.client.surroundings().wallNow());
    const bool retries = state.plan.retries(response.status, response.headers);
    Error error = ErrorMaker::sdkError("API error occurred", std::move(response), attempts());
    if (!retries) return error;
    if (Result<void> waited = waitOr(std::move(error), asked); !waited.ok()) return waited.error();
    return std::nullopt;
  }
  const Headers& headers = isLookedAt ? response.headers : stream->headers();
  const bool fits = takesAny ? response.status >= 200 && response.status < 300
                             : response.status == 200 && isJson(headers);
  if (!fits) {
    if (!isLookedAt) response.headers = headers;
    response.body = bodyText(*stream, errorBodyBytesMax).value_or("");
    return ErrorMaker::sdkError("Unexpected API response status or content-type",
                                std::move(response), attempts());
  }
  state.reply = std::move(response);
  return std::optional(std::move(stream));
}

Call::Next Call::failed(const HttpRequest& request, TransportFailure failure) {
  logFailure(state_->client, request, failure);
  state_->outcomes += (state_->outcomes.empty() ? "" : ", ") + std::string(word(failure.kind));
  if (Result<void> recovered = recover(std::move(failure)); !recovered.ok()) {
    return recovered.error();
  }
  return std::nullopt;
}

// The status of the reply stands among the outcomes already.
void Call::noteBreak(const TransportFailure& failure) {
  logBreak(state_->client, *state_->request, failure);
  state_->outcomes.append(" then ").append(word(failure.kind));
}

Result<void> Call::recover(TransportFailure failure) {
  using Kind = TransportFailure::Kind;
  const bool mayRetry = (failure.kind == Kind::connection || failure.kind == Kind::timedOut) &&
                        !state_->isPastDeadline() && state_->plan.retriesConnections();
  Error error = errorOf(std::move(failure));
  if (!mayRetry) return error;
  return waitOr(std::move(error), std::nullopt);
}

Error Call::errorOf(TransportFailure failure) const {
  if (state_->progressThrew) {
    return ErrorMaker::aborted({.text = "onProgress threw: " + whatOf(state_->progressThrew),
                                .thrown = state_->progressThrew},
                               attempts());
  }
  return ErrorMaker::of(std::move(failure), attempts());
}

Result<void> Call::waitOr(Error final, std::optional<std::chrono::milliseconds> asked) {
  State& state = *state_;
  if (state.body) {
    try {
      if (!state.body->rewind()) return final;
    } catch (...) {
      return final;  // the file of the first attempt is gone
    }
  }
  const SteadyTime now = state.now();
  RetryPlan::Moment moment{
      .attempts = state.attempts,
      .elapsed = std::chrono::floor<std::chrono::milliseconds>(now - state.start),
      .asked = asked,
      .chance = state.client.surroundings().chance()};
  if (state.deadline) {
    moment.untilDeadline = std::chrono::floor<std::chrono::milliseconds>(*state.deadline - now);
  }
  const auto wait = state.plan.nextWait(moment);
  if (!wait) return final;
  if (!state.client.surroundings().waitUntil(now + *wait, state.signal())) {
    return ErrorMaker::aborted({.text = "the signal"}, attempts());
  }
  return {};
}

// --- Whole replies -----------------------------------------------------------------------------

Result<HttpResponse> Call::exchange() {
  for (;;) {
    auto stream = open();
    if (!stream.ok()) return stream.error();
    HttpResponse response = std::move(state_->reply);
    const bool takesAny = state_->operation.expected == Expected::bytes;
    auto body = bodyText(**stream, takesAny ? std::string::npos : replyBytesMax);
    if (!body) {
      noteBreak(body.error());
      if (Result<void> recovered = recover(std::move(body).error()); !recovered.ok()) {
        return recovered.error();
      }
      continue;
    }
    response.body = *std::move(body);
    if (!takesAny) {
      if (response.body.size() == replyBytesMax) {
        return validationError("", {{.message = "Expected less than 64 MiB", .code = "too_big"}});
      }
      logResponse(state_->client, *state_->request, response);
    }
    return response;
  }
}

Error Call::validationError(std::string rawValue, std::vector<ValidationIssue> issues) const {
  return ErrorMaker::validation("Response validation failed", std::move(rawValue),
                                std::move(issues), attempts());
}

Attempts Call::attempts() const {
  const State& state = *state_;
  if (state.attempts == 0) return {};
  const auto tenths = std::chrono::duration_cast<std::chrono::duration<std::int64_t, std::deci>>(
                          state.now() - state.start)
                          .count();
  return {.count = state.attempts,
          .log = std::to_string(state.attempts) + (state.attempts == 1 ? " attempt" : " attempts") +
                 " over " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
                 " s: " + state.outcomes};
}

Result<void> Call::report(std::uint64_t done, std::optional<std::uint64_t> total) {
  try {
    state_->meter.step(done, total, false);
  } catch (...) {
    state_->progressThrew = std::current_exception();
    return errorOf({});
  }
  return {};
}

Result<void> Call::reportEnd(std::uint64_t done) {
  try {
    state_->meter.step(done, std::nullopt, true);
  } catch (...) {
    state_->progressThrew = std::current_exception();
    return errorOf({});
  }
  return {};
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
