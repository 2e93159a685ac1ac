#include "policy/models.h"

#include <array>

namespace argot::policy {
namespace {

using tokens::Encoding;

// Windows as published at developers.openai.com/api/docs/models, in November 2026; of models that
// are not offered any more, what was published last. What is taken of a training example: the
// guide to supervised fine-tuning there, and Microsoft's table of models that can be fine-tuned
// (learn.microsoft.com/azure, fine-tune-models); where neither says, the window.
constexpr Model model(std::string_view name, std::uint64_t context_tokens,
                      Encoding encoding = Encoding::o200k_base) {
  return {.name = name,
          .context_tokens = context_tokens,
          .example_tokens = context_tokens,
          .encoding = encoding};
}

constexpr Model trained_model(std::string_view name, std::uint64_t context_tokens,
                              std::uint64_t example_tokens) {
  return {.name = name, .context_tokens = context_tokens, .example_tokens = example_tokens};
}

constexpr auto models = std::to_array<Model>({
    model("gpt-5.2", 400'000),
    model("gpt-5.2-chat", 128'000),
    model("gpt-5.1", 400'000),
    model("gpt-5.1-chat", 128'000),
    model("gpt-5", 400'000),
    model("gpt-5-chat", 128'000),
    model("gpt-oss", 131'072),
    trained_model("gpt-4.1", 1'047'576, 65'536),
    model("gpt-4.5-preview", 128'000),
    trained_model("gpt-4o", 128'000, 65'536),
    model("chatgpt-4o", 128'000),
    model("o4-mini", 200'000),
    model("o3", 200'000),
    model("o1", 200'000),
    model("o1-mini", 128'000),
    model("o1-preview", 128'000),
    model("codex-mini", 200'000),
    model("gpt-4-turbo", 128'000, Encoding::cl100k_base),
    model("gpt-4-1106", 128'000, Encoding::cl100k_base),
    model("gpt-4-0125", 128'000, Encoding::cl100k_base),
    model("gpt-4-vision", 128'000, Encoding::cl100k_base),
    model("gpt-4-32k", 32'768, Encoding::cl100k_base),
    model("gpt-4", 8'192, Encoding::cl100k_base),
    model("gpt-3.5-turbo", 16'385, Encoding::cl100k_base),
    model("gpt-3.5-turbo-0613", 4'096, Encoding::cl100k_base),
    model("gpt-3.5-turbo-0301", 4'096, Encoding::cl100k_base),
    model("gpt-3.5-turbo-instruct", 4'096, Encoding::cl100k_base),
    model("babbage-002", 16'384, Encoding::cl100k_base),
    model("davinci-002", 16'384, Encoding::cl100k_base),
    model("text-embedding-3", 8'192, Encoding::cl100k_base),
    model("text-embedding-ada-002", 8'192, Encoding::cl100k_base),
});

// "gpt-4o-mini-2024-07-18" out of "ft:gpt-4o-mini-2024-07-18:acme:suffix:id".
std::string_view base_of(std::string_view name) {
  constexpr std::string_view fine_tuned = "ft:";
  if (!name.starts_with(fine_tuned)) return name;
  name.remove_prefix(fine_tuned.size());
  return name.substr(0, name.find(':'));
}

bool is_named(std::string_view name, std::string_view beginning) {
  return name.starts_with(beginning) &&
         (name.size() == beginning.size() || name[beginning.size()] == '-');
}

}  // namespace

std::span<const Model> known_models() { return models; }

const Model* find_model(std::string_view name) {
  const std::string_view base = base_of(name);
  const Model* found = nullptr;
  for (const Model& each : models) {
    if (!is_named(base, each.name)) continue;
    if (found == nullptr || each.name.size() > found->name.size()) found = &each;
  }
  return found;
}

}  // namespace argot::policy
