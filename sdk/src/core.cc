#include "argot_open_ai/core.hpp"

#include <stdexcept>
#include <utility>

#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {

ArgotOpenAiCore::ArgotOpenAiCore(SDKOptions options) {
  auto client = detail::Client::make(std::move(options));
  if (!client.ok()) throw std::invalid_argument(client.error().what());
  client_ = *std::move(client);
}

ArgotOpenAiCore::ArgotOpenAiCore(std::shared_ptr<const detail::Client> client)
    : client_(std::move(client)) {}

Result<ArgotOpenAiCore> ArgotOpenAiCore::create(SDKOptions options) {
  auto client = detail::Client::make(std::move(options));
  if (!client.ok()) return client.error();
  return ArgotOpenAiCore(*std::move(client));
}

const std::string& ArgotOpenAiCore::baseURL() const noexcept { return client_->baseURL(); }

}  // namespace v0
}  // namespace argot::openai
