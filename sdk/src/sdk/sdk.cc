#include "argot_open_ai/sdk/sdk.hpp"

#include <utility>

namespace argot::openai {
inline namespace v0 {

Files::Files(ArgotOpenAiCore core) : core_(std::move(core)) {}

Uploads::Uploads(ArgotOpenAiCore core) : core_(std::move(core)) {}

ArgotOpenAi::ArgotOpenAi(SDKOptions options)
    : ArgotOpenAiCore(std::move(options)),
      files(static_cast<const ArgotOpenAiCore&>(*this)),
      uploads(static_cast<const ArgotOpenAiCore&>(*this)) {}

}  // namespace v0
}  // namespace argot::openai
