#include "fetch/client.h"

#include <utility>

#include "fetch/exchange.h"
#include "fetch/handle.h"
#include "fetch/response.h"

namespace argot::fetch {

namespace {

// Passes everything on, and keeps the head.
class KeepingHead final : public Receiver {
 public:
  explicit KeepingHead(Receiver& receiver) : receiver_(receiver) {}

  bool head(const ResponseHead& head) override {
    head_ = head;
    return receiver_.head(head);
  }
  bool body(Bytes piece) override { return receiver_.body(piece); }

  ResponseHead& kept() { return head_; }

 private:
  Receiver& receiver_;
  ResponseHead head_;
};

}  // namespace

Client::Client(ClientOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      handles_(std::make_unique<HandlePool>(options_.idle_handles_max)) {}

Client::~Client() = default;

std::expected<Transfer, Failure> Client::perform(const Request& request, Receiver& receiver,
                                                 const CallLimits& limits) {
  KeepingHead keeping(receiver);
  Exchange exchange(*handles_, options_, clock_, request, limits, keeping);
  if (auto state = exchange.run(); !state) return std::unexpected(std::move(state).error());
  return Transfer{.head = std::move(keeping.kept()), .outcome = exchange.outcome()};
}

std::expected<std::unique_ptr<Response>, Failure> Client::open(Request request, CallLimits limits) {
  auto response = std::make_unique<Response>(*handles_, options_, clock_, std::move(request),
                                             std::move(limits));
  if (auto failure = response->open()) return std::unexpected(*std::move(failure));
  return response;
}

}  // namespace argot::fetch
