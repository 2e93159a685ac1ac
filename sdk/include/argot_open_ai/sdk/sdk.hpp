// The client of the class form.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/sdk/files.hpp"
#include "argot_open_ai/sdk/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// Throws on errors. Thread-safe; copies share everything.
class ARGOT_OPEN_AI_API ArgotOpenAi : public ArgotOpenAiCore {
 public:
  /// Throws std::invalid_argument, as ArgotOpenAiCore does.
  explicit ArgotOpenAi(SDKOptions options = {});

  Files files;
  Uploads uploads;
};

}  // namespace v0
}  // namespace argot::openai
