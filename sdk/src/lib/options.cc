#include "argot_open_ai/lib/options.hpp"

#include <utility>

namespace argot::openai {
inline namespace v0 {

OptionalText::OptionalText(const char* text) {
  if (text != nullptr) emplace(text);
}
OptionalText::OptionalText(std::string text) : optional(std::move(text)) {}

ApiKey::ApiKey(const char* key) : text_(key) {}
ApiKey::ApiKey(std::string key) : text_(std::move(key)) {}
ApiKey::ApiKey(std::function<std::string()> provider) : provider_(std::move(provider)) {}

}  // namespace v0
}  // namespace argot::openai
