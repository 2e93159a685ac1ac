// The built-in transport: src/fetch behind the interface of lib/http.hpp.

#include <memory>
#include <utility>

#include "argot_open_ai/lib/http.hpp"
#include "base/clock.h"
#include "detail/error_maker.hpp"
#include "fetch/client.h"
#include "fetch/response.h"

namespace argot::openai {
inline namespace v0 {
namespace {

fetch::ClientOptions converted(const TransportOptions& options) {
  return {.proxy = options.proxy,
          .proxy_user = options.proxyUser,
          .proxy_password = options.proxyPassword,
          .ca_file = options.caFile,
          .ca_path = options.caPath,
          .client_certificate = options.clientCertificateFile,
          .client_key = options.clientKeyFile,
          .expect_100 = options.expect100,
          .idle_handles_max = options.maxConnections};
}

fetch::Redirects converted(Redirect redirect) {
  switch (redirect) {
    case Redirect::follow:
      return fetch::Redirects::follow;
    case Redirect::error:
      return fetch::Redirects::error;
    case Redirect::manual:
      break;
  }
  return fetch::Redirects::manual;
}

TransportFailure converted(fetch::Failure failure) {
  const auto kind = [&] {
    switch (failure.kind) {
      case fetch::FailureKind::aborted:
        return TransportFailure::Kind::aborted;
      case fetch::FailureKind::timed_out:
        return TransportFailure::Kind::timedOut;
      case fetch::FailureKind::connection:
        return TransportFailure::Kind::connection;
      case fetch::FailureKind::invalid_request:
        return TransportFailure::Kind::invalidRequest;
      case fetch::FailureKind::source:
      case fetch::FailureKind::receiver:
      case fetch::FailureKind::unexpected:
        break;
    }
    return TransportFailure::Kind::unexpected;
  }();
  if (failure.thrown) failure.text = detail::whatOf(failure.thrown);
  return {.kind = kind,
          .code = failure.code,
          .text = std::move(failure.text),
          .thrown = std::move(failure.thrown)};
}

class BodyAdapter final : public fetch::BodySource {
 public:
  explicit BodyAdapter(std::shared_ptr<ByteSource> source) : source_(std::move(source)) {}

  std::optional<std::uint64_t> size() const override { return source_->size(); }
  std::expected<std::size_t, std::string> read(MutableBytes room) override {
    return source_->read(room);
  }
  bool rewind() override { return source_->rewind(); }

 private:
  std::shared_ptr<ByteSource> source_;
};

class FetchedStream final : public ResponseStream {
 public:
  FetchedStream(std::unique_ptr<BodyAdapter> body, std::unique_ptr<fetch::Response> response)
      : body_(std::move(body)), response_(std::move(response)) {
    headers_.reserve(response_->head().headers.size());
    for (fetch::Header& header : response_->head().headers) {
      headers_.append(std::move(header.name), std::move(header.value));
    }
  }

  int status() const override { return response_->head().status; }
  const Headers& headers() const override { return headers_; }

  std::expected<std::size_t, TransportFailure> read(std::span<std::byte> room) override {
    auto count = response_->read(room);
    if (!count) return std::unexpected(converted(std::move(count).error()));
    return *count;
  }

  std::expected<void, TransportFailure> drain(const Taker& taker) override {
    auto drained = response_->drain(taker);
    if (!drained) return std::unexpected(converted(std::move(drained).error()));
    return {};
  }

 private:
  std::unique_ptr<BodyAdapter> body_;  // outlives the response, which may still read it
  std::unique_ptr<fetch::Response> response_;
  Headers headers_;
};

class FetchTransport final : public Transport {
 public:
  explicit FetchTransport(const TransportOptions& options)
      : options_(options), client_(converted(options), clock_) {}

  std::expected<std::unique_ptr<ResponseStream>, TransportFailure> send(
      const HttpRequest& request, const CallContext& context) override {
    auto body = request.body ? std::make_unique<BodyAdapter>(request.body) : nullptr;
    fetch::Request fetched{.method = request.method,
                           .url = request.url,
                           .body = body.get(),
                           .redirects = converted(context.redirect),
                           .keep_alive = context.keepalive};
    fetched.headers.reserve(request.headers.size());
    for (const Header& header : request.headers) {
      fetched.headers.push_back({header.name, header.value});
    }
    auto response = client_.open(std::move(fetched), {.deadline = context.deadline,
                                                      .connect_timeout = options_.connectTimeout,
                                                      .stall_timeout = options_.stallTimeout,
                                                      .stop = context.signal});
    if (!response) return std::unexpected(converted(std::move(response).error()));
    return std::make_unique<FetchedStream>(std::move(body), *std::move(response));
  }

 private:
  const TransportOptions options_;
  const SystemClock clock_;
  fetch::Client client_;
};

}  // namespace

std::shared_ptr<Transport> makeTransport(const TransportOptions& options) {
  return std::make_shared<FetchTransport>(options);
}

}  // namespace v0
}  // namespace argot::openai
