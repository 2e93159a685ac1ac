#include "tests/wire/player.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace argot::wire {
namespace {

// The first problem of a transcript, "" if it has none.
std::string played(std::string_view text) {
  const auto transcript = parse_transcript(text);
  if (!transcript) return transcript.error().detail;
  const auto settings = settings_of(*transcript);
  if (!settings) return settings.error().detail;
  testing::ApiWorld world(settings->world);
  InProcessChannel channel(world.api, world.clock, 1);
  const auto problems = Player(channel, &world, world.key).play(*transcript);
  return problems.empty() ? "" : problems.front();
}

TEST(Player, AConversationAsWrittenHasNoProblem) {
  EXPECT_EQ(played("> POST /v1/files\n"
                   "> form purpose=user_data\n"
                   "> form file=@a.txt \"Hello\"\n"
                   "< 200\n"
                   "< json {\"id\": <id as id>, \"object\": \"file\", \"bytes\": 5,\n"
                   "<   \"created_at\": <integer>, \"filename\": \"a.txt\",\n"
                   "<   \"purpose\": \"user_data\", \"status\": \"processed\"}\n"
                   "= blobs 1, rows 1\n"
                   "> GET /files/{id}/content\n"
                   "< 200\n"
                   "< header Content-Length: 5\n"
                   "< no header Content-Range\n"
                   "< body \"Hello\"\n"),
            "");
}

TEST(Player, EveryDifferenceIsNoticed) {
  EXPECT_TRUE(played("> GET /v1/files\n< 201\n").starts_with("line 1: the status is 200, not 201"));
  EXPECT_EQ(played("> GET /healthz\n< 200\n< header A: b\n"),
            "line 1: the header A is '', not 'b'");
  EXPECT_EQ(played("> GET /healthz\n< 200\n< no header Date\n"),
            "line 1: the header Date was not expected");
  EXPECT_EQ(played("> GET /healthz\n< 200\n< body \"x\"\n").substr(0, 20), "line 1: the body is ");
  EXPECT_EQ(played("> GET /healthz\n< 200\n< json {}\n").substr(0, 40),
            "line 1: in the body /status was not expe");
  EXPECT_EQ(played("= blobs 1, rows 0\n"), "line 1: there are 0 blobs");
  EXPECT_EQ(played("= blobs 0, rows 1\n"), "line 1: there are 0 rows");
  EXPECT_EQ(played("> POST /files\n> header Content-Length: 5\n> header Content-Type: "
                   "multipart/form-data; boundary=b\n< 200\n"),
            "line 1: no whole reply came");
}

TEST(Player, UnknownSettingsAndActionsAreSaid) {
  EXPECT_EQ(played("* set speed 11\n"), "there is no setting speed 11");
  EXPECT_EQ(played("* dance\n"), "line 1: there is no action 'dance'");
  EXPECT_EQ(played("* key a files_fly\n"), "line 1: 'files_fly' means nothing for a key");
  EXPECT_EQ(played("* revoke a\n"), "line 1: there is no key to revoke");
}

}  // namespace
}  // namespace argot::wire
