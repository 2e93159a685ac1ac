#include "policy/content_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/file_types.h"

namespace argot::policy {
namespace {

const std::vector<ContentKind> kinds = {
    ContentKind::empty, ContentKind::text, ContentKind::png,          ContentKind::jpeg,
    ContentKind::webp,  ContentKind::gif,  ContentKind::animated_gif, ContentKind::pdf,
    ContentKind::zip,   ContentKind::other};

TEST(ContentRules, VisionTakesPicturesThatStandStill) {
  for (const ContentKind kind : kinds) {
    const bool is_taken = kind == ContentKind::png || kind == ContentKind::jpeg ||
                          kind == ContentKind::webp || kind == ContentKind::gif;
    const auto problem = content_problem(Purpose::vision, "anything.txt", kind);
    ASSERT_EQ(problem.has_value(), !is_taken) << described(kind);
    if (!problem) continue;
    EXPECT_EQ(problem->code, "unsupported_image");
    EXPECT_EQ(problem->severity, jsonl::Severity::error);
    EXPECT_EQ(problem->line, 0U);
    EXPECT_EQ(problem->message, "Expected a PNG, JPEG, WebP or non-animated GIF image, but got " +
                                    std::string(described(kind)) + ".");
  }
}

TEST(ContentRules, AssistantsWantWhatTheExtensionSays) {
  for (const FileType& type : file_types()) {
    const std::string name = "file" + std::string(type.extension);
    SCOPED_TRACE(name);
    for (const ContentKind kind : kinds) {
      SCOPED_TRACE(described(kind));
      const bool is_taken = kind == ContentKind::empty || !type.content || kind == *type.content ||
                            (type.extension == ".gif" && kind == ContentKind::animated_gif);
      EXPECT_EQ(content_problem(Purpose::assistants, name, kind).has_value(), !is_taken);
    }
  }
}

TEST(ContentRules, TheWordsNameTheExtensionAsItWasWritten) {
  const auto text = content_problem(Purpose::assistants, "notes.TXT", ContentKind::png);
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->code, "unexpected_content");
  EXPECT_EQ(text->message,
            "Expected text in UTF-8, UTF-16 or ASCII, as the extension .TXT says, but got a PNG "
            "image.");
  EXPECT_EQ(content_problem(Purpose::assistants, "a.docx", ContentKind::text)->message,
            "Expected a ZIP archive, as the extension .docx says, but got text.");
}

TEST(ContentRules, ANameThatSaysNothingAsksForNothing) {
  for (const ContentKind kind : kinds) {
    EXPECT_FALSE(content_problem(Purpose::assistants, "README", kind));
    EXPECT_FALSE(content_problem(Purpose::assistants, "setup.exe", kind));
  }
}

TEST(ContentRules, OtherPurposesAskForNothing) {
  for (const Purpose purpose :
       {Purpose::user_data, Purpose::batch, Purpose::fine_tune, Purpose::evals,
        Purpose::assistants_output, Purpose::batch_output, Purpose::fine_tune_results}) {
    EXPECT_FALSE(asks_for_content(purpose));
    for (const ContentKind kind : kinds) {
      EXPECT_FALSE(content_problem(purpose, "a.png", kind)) << text_of(purpose);
    }
  }
  EXPECT_TRUE(asks_for_content(Purpose::vision));
  EXPECT_TRUE(asks_for_content(Purpose::assistants));
}

}  // namespace
}  // namespace argot::policy
