#include "api/part_form.h"

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

class PartFormTest : public ::testing::Test {
 protected:
  PartFormTest()
      : upload_(
            world_.library.uploads()
                .begin({.scope =
                            {.organization_id = world_.scope.organization_id,
                             .project_id =
                                 world_.catalog.projects(world_.scope.organization_id)->front().id},
                        .purpose = policy::Purpose::user_data,
                        .filename = "a",
                        .bytes = 100,
                        .expires_after_seconds = {}})
                .value()) {}

  // What a form comes to, as text: the part, or the error.
  std::string outcome(const testing::Play& play) {
    PartForm form(world_.library, world_.scope, upload_.id);
    multipart::Parser parser(boundary, form);
    if (const auto played = play(parser); !played) return describe(played.error());
    const auto intake = form.take();
    if (!intake) return describe(intake.error());
    EXPECT_TRUE((*intake)->finish());
    const auto part = (*intake)->commit();
    if (!part) return describe(part.error());
    return std::to_string(part->bytes) + " " + part->sha256.hex();
  }

  std::string outcome(const FormText& form) {
    return outcome([&](Sink& sink) { return testing::play_cut(sink, form.body(), {}); });
  }

  static FormText form() { return FormText(std::string(boundary)); }

  ApiWorld world_;
  catalog::Upload upload_;
};

TEST_F(PartFormTest, IsTheSameHoweverItIsCut) {
  const FormText whole =
      form().field("other", "x").file("blob", "line\r\n--\r\n--c\r\n", "data").field("more", "y");
  testing::expect_same_however_cut(whole.body(),
                                   [&](const testing::Play& play) { return outcome(play); });
  EXPECT_TRUE(outcome(whole).starts_with("15 "));
}

TEST_F(PartFormTest, DataNeedsNoFileName) {
  EXPECT_TRUE(outcome(form().field("data", "abc")).starts_with("3 "));
}

TEST_F(PartFormTest, DataMustComeAndOnlyOnce) {
  EXPECT_EQ(outcome(form().file("a", "x", "file")),
            "invalid_request: 'data' is a required property (data)");
  EXPECT_EQ(outcome(form().field("data", "a").field("data", "b")),
            "invalid_request: The field 'data' must come once, but it came several times. (data)");
  EXPECT_EQ(world_.blob_count(), 0U);
}

TEST_F(PartFormTest, OtherFieldsAreBounded) {
  const std::string most(limits::text_field_bytes_max, 'x');
  EXPECT_TRUE(
      outcome(form().field("a", most).field("b", most).field("data", "abc")).starts_with("3 "));
  EXPECT_EQ(outcome(form().field("a", most + "x").field("data", "abc")),
            "invalid_request: A field other than 'data' must have at most 65536 bytes, but one has "
            "more. (data)");
}

TEST_F(PartFormTest, AnUnknownUploadTakesNothing) {
  upload_.id = "upload_00000000000000000000000000000000";
  EXPECT_EQ(outcome(form().field("data", "abc")), "upload_not_found: " + upload_.id);
}

}  // namespace
}  // namespace argot::api
