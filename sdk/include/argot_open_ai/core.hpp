// The client of the standalone functions.
#pragma once

#include <memory>
#include <string>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/options.hpp"
#include "argot_open_ai/types/result.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {
class Client;
}

/// What the standalone functions call through: a handle on a transport, settings and hooks. Copies
/// share them and are cheap. Thread-safe. A program that uses a few functions links those only.
class ARGOT_OPEN_AI_API ArgotOpenAiCore {
 public:
  /// Throws std::invalid_argument where the options cannot be used: a server index that does not
  /// exist, a server URL that is none.
  explicit ArgotOpenAiCore(SDKOptions options = {});

  /// The same for programs without exceptions; the error is an InvalidRequestError.
  static Result<ArgotOpenAiCore> create(SDKOptions options);

  /// Where calls go, without a slash at its end.
  const std::string& baseURL() const noexcept;

  /// Both for the sources and the tests of this library.
  explicit ArgotOpenAiCore(std::shared_ptr<const detail::Client> client);
  const detail::Client& client() const noexcept { return *client_; }

 private:
  std::shared_ptr<const detail::Client> client_;
};

}  // namespace v0
}  // namespace argot::openai
