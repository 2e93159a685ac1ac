#include "policy/models.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace argot::policy {
namespace {

std::string_view row_of(std::string_view name) {
  const Model* const model = find_model(name);
  return model == nullptr ? "none" : model->name;
}

TEST(Models, TheLongestBeginningWins) {
  EXPECT_EQ(row_of("gpt-4"), "gpt-4");
  EXPECT_EQ(row_of("gpt-4-0613"), "gpt-4");
  EXPECT_EQ(row_of("gpt-4-turbo-2024-04-09"), "gpt-4-turbo");
  EXPECT_EQ(row_of("gpt-4-32k-0613"), "gpt-4-32k");
  EXPECT_EQ(row_of("gpt-3.5-turbo-0125"), "gpt-3.5-turbo");
  EXPECT_EQ(row_of("gpt-3.5-turbo-0613"), "gpt-3.5-turbo-0613");
  EXPECT_EQ(row_of("gpt-4o-mini-2024-07-18"), "gpt-4o");
  EXPECT_EQ(row_of("o1-mini"), "o1-mini");
  EXPECT_EQ(row_of("o3-mini"), "o3");
  EXPECT_EQ(row_of("gpt-5.2-chat-latest"), "gpt-5.2-chat");
}

TEST(Models, ANameThatOnlyBeginsAlikeIsAnotherModel) {
  for (const std::string_view name : {"", "gpt", "gpt-", "gpt-45", "gpt-4.2", "gpt-4oo", "gpt-5.7",
                                      "llama-3", "openai/gpt-4o", "GPT-4o", "o", "o10"}) {
    EXPECT_EQ(row_of(name), "none") << name;
  }
}

TEST(Models, AFineTunedModelIsWhatItWasTunedFrom) {
  EXPECT_EQ(row_of("ft:gpt-4o-mini-2024-07-18:acme:suffix:id"), "gpt-4o");
  EXPECT_EQ(row_of("ft:gpt-3.5-turbo-0125:acme::id:ckpt-step-2000"), "gpt-3.5-turbo");
  EXPECT_EQ(row_of("ft:gpt-4o"), "gpt-4o");
  EXPECT_EQ(row_of("ft:"), "none");
  EXPECT_EQ(row_of("ft:ft:gpt-4o"), "none");
  EXPECT_EQ(row_of("gpt-4o:acme"), "none");
}

TEST(Models, OlderModelsHaveTheOlderEncoding) {
  using tokens::Encoding;
  for (const std::string_view name : {"gpt-4", "gpt-4-turbo", "gpt-3.5-turbo-0125", "davinci-002",
                                      "text-embedding-3-small", "text-embedding-ada-002"}) {
    EXPECT_EQ(find_model(name)->encoding, Encoding::cl100k_base) << name;
  }
  for (const std::string_view name : {"gpt-4o", "gpt-4.1-nano", "gpt-4.5-preview", "o1", "gpt-5"}) {
    EXPECT_EQ(find_model(name)->encoding, Encoding::o200k_base) << name;
  }
}

TEST(Models, LessMayBeTakenOfAnExampleThanTheWindowHolds) {
  EXPECT_EQ(find_model("gpt-4o-mini")->context_tokens, 128'000U);
  EXPECT_EQ(find_model("gpt-4o-mini")->example_tokens, 65'536U);
  EXPECT_EQ(find_model("gpt-3.5-turbo")->example_tokens, 16'385U);
  std::set<std::string_view> names;
  for (const Model& model : known_models()) {
    EXPECT_TRUE(names.insert(model.name).second) << model.name;
    EXPECT_GE(model.context_tokens, model.example_tokens) << model.name;
    EXPECT_GE(model.example_tokens, 4'096U) << model.name;
  }
}

// A row of docs/guides/tokens.md for each.
TEST(Models, TheGuideListsThem) {
  std::ifstream file(ARGOT_SOURCE_DIR "/docs/guides/tokens.md");
  std::stringstream guide;
  guide << file.rdbuf();
  for (const Model& model : known_models()) {
    const std::string row = "| `" + std::string(model.name) + "` | " +
                            std::to_string(model.context_tokens) + " | " +
                            std::to_string(model.example_tokens) + " | " +
                            std::string(tokens::text_of(model.encoding)) + " |\n";
    EXPECT_NE(guide.str().find(row), std::string::npos) << row;
  }
}

}  // namespace
}  // namespace argot::policy
