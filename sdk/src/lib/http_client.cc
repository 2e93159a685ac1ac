#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "argot_open_ai/lib/http.hpp"

namespace argot::openai {
inline namespace v0 {

struct HTTPClient::Hooks {
  using Hook = std::variant<BeforeRequest, RequestError, OnResponse>;

  HookId add(Hook hook) {
    all.emplace_back(++last, std::move(hook));
    return last;
  }

  template <class Kind, class... Arguments>
  void run(Arguments&... arguments) const {
    for (const auto& [id, hook] : all) {
      if (const Kind* const one = std::get_if<Kind>(&hook)) (*one)(arguments...);
    }
  }

  std::vector<std::pair<HookId, Hook>> all{};
  HookId last = 0;
};

HTTPClient::HTTPClient(std::shared_ptr<Transport> transport)
    : transport_(std::move(transport)), hooks_(std::make_unique<Hooks>()) {}

HTTPClient::~HTTPClient() = default;

HookId HTTPClient::addBeforeRequestHook(BeforeRequest hook) { return hooks_->add(std::move(hook)); }
HookId HTTPClient::addRequestErrorHook(RequestError hook) { return hooks_->add(std::move(hook)); }
HookId HTTPClient::addResponseHook(OnResponse hook) { return hooks_->add(std::move(hook)); }

bool HTTPClient::removeHook(HookId id) {
  return std::erase_if(hooks_->all, [id](const auto& entry) { return entry.first == id; }) != 0;
}

std::shared_ptr<HTTPClient> HTTPClient::clone() const {
  auto copy = std::make_shared<HTTPClient>(transport_);
  *copy->hooks_ = *hooks_;
  return copy;
}

std::expected<std::unique_ptr<ResponseStream>, TransportFailure> HTTPClient::request(
    HttpRequest& request, const CallContext& context) const {
  hooks_->run<BeforeRequest>(request);
  auto sent = transport_->send(request, context);
  const HttpRequest& asked = request;
  if (hooks_->all.empty()) return sent;
  if (!sent) {
    const TransportFailure& failure = sent.error();
    hooks_->run<RequestError>(failure, asked);
  } else {
    const HttpResponse response{.status = (*sent)->status(), .headers = (*sent)->headers()};
    hooks_->run<OnResponse>(response, asked);
  }
  return sent;
}

}  // namespace v0
}  // namespace argot::openai
