// Hooks around whole operations, in the order in which they run:
//
//   sdkInit              once, when the client is made
//   beforeCreateRequest  once a call
//   beforeRequest        each attempt, before the hooks of the HTTPClient
//   afterSuccess         each reply that is no error
//   afterError           each reply that is one (4XX, 5XX); not where no reply came
//
// A hook that throws ends the call as UnexpectedClientError. Register hooks before the client is
// made; they may be called from several threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/lib/http.hpp"

namespace argot::openai {
inline namespace v0 {

struct HookContext {
  /// "listFiles", "createFile", ...
  std::string_view operationID{};
  std::string_view baseURL{};
  /// "apiKeyAuth" where the call carries a key, else "".
  std::string_view securitySource{};
};

struct SDKInit {
  std::string baseURL{};
};

class SDKHooks {
 public:
  using SdkInit = std::function<void(SDKInit&)>;
  using OnRequest = std::function<void(const HookContext&, HttpRequest&)>;
  using OnResponse = std::function<void(const HookContext&, HttpResponse&)>;

  std::vector<SdkInit> sdkInit{};
  std::vector<OnRequest> beforeCreateRequest{};
  std::vector<OnRequest> beforeRequest{};
  std::vector<OnResponse> afterSuccess{};
  std::vector<OnResponse> afterError{};
};

}  // namespace v0
}  // namespace argot::openai
