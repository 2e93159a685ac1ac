#include "api/upload_form.h"

#include <gtest/gtest.h>

#include <string>

#include "multipart/parser.h"
#include "tests/support/api_world.h"
#include "tests/support/recut.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;

constexpr std::string_view boundary = "b";

catalog::Scope file_scope(ApiWorld& world) {
  return {.organization_id = world.scope.organization_id,
          .project_id = world.catalog.projects(world.scope.organization_id)->front().id};
}

// What a form comes to, as text: the upload, or the error.
std::string outcome(ApiWorld& world, const testing::Play& play) {
  UploadForm form(world.library, file_scope(world), UploadForm::Purposes::public_only);
  multipart::Parser parser(boundary, form);
  if (const auto played = play(parser); !played) return describe(played.error());
  auto upload = form.take();
  if (!upload) return describe(upload.error()) + " " + upload.error().param;
  EXPECT_TRUE(upload->intake->finish().has_value());
  const auto file =
      upload->intake->commit({.scope = file_scope(world),
                              .purpose = upload->purpose,
                              .filename = upload->filename,
                              .expires_after_seconds = upload->expires_after_seconds});
  if (!file) return describe(file.error());
  return file->purpose + " " + file->filename + " " + file->sha256.hex() + " " +
         std::to_string(upload->expires_after_seconds.value_or(0));
}

std::string played_whole(ApiWorld& world, const FormText& form) {
  return outcome(world, [&](Sink& sink) { return testing::play_cut(sink, form.body(), {}); });
}

TEST(UploadForm, IsTheSameHoweverItIsCut) {
  ApiWorld world;
  const FormText whole = FormText(std::string(boundary))
                             .field("purpose", "user_data")
                             .field("other", "x")
                             .file("a.txt", "line\r\n--\r\n--c\r\n")
                             .field("expires_after[anchor]", "created_at")
                             .field("expires_after[seconds]", "3600");
  testing::expect_same_however_cut(whole.body(),
                                   [&](const testing::Play& play) { return outcome(world, play); });
  EXPECT_TRUE(played_whole(world, whole).starts_with("user_data a.txt "));
  EXPECT_TRUE(played_whole(world, whole).ends_with(" 3600"));
}

TEST(UploadForm, AnErrorIsTheSameHoweverTheFormIsCut) {
  ApiWorld world;
  const FormText wrong = FormText(std::string(boundary)).file("a.txt", "x").field("purpose", "no");
  testing::expect_same_however_cut(wrong.body(),
                                   [&](const testing::Play& play) { return outcome(world, play); });
  EXPECT_EQ(played_whole(world, wrong), "invalid_purpose: no (purpose)");
  EXPECT_EQ(world.blob_count(), 0U);
}

TEST(UploadForm, AnEmptyFieldIsAValue) {
  ApiWorld world;
  EXPECT_EQ(
      played_whole(world, FormText(std::string(boundary)).file("a", "x").field("purpose", "")),
      "invalid_purpose (purpose)");
}

TEST(UploadForm, DiscardingLeavesNothing) {
  ApiWorld world;
  UploadForm form(world.library, file_scope(world), UploadForm::Purposes::public_only);
  multipart::Parser parser(boundary, form);
  const FormText whole =
      FormText(std::string(boundary)).field("purpose", "vision").file("a.png", "x");
  ASSERT_TRUE(parser.write(as_bytes(whole.body())).has_value());
  form.discard();
  EXPECT_EQ(form.take().error().code, ErrorCode::missing_file);
  EXPECT_EQ(world.blobs.space()->available_bytes, world.blobs.space()->total_bytes);
}

}  // namespace
}  // namespace argot::api
