#include "cli/file_table.h"

#include <gtest/gtest.h>

namespace argot::cli {
namespace {

openai::OpenAIFile train() {
  return {.id = "file-abc",
          .bytes = 1536,
          .createdAt = 1'767'225'600,
          .filename = "train.jsonl",
          .purpose = "fine-tune",
          .status = "processed"};
}

openai::OpenAIFile hostile() {
  return {.id = "file-defgh",
          .bytes = -1,
          .createdAt = -1,
          .filename = "a\tb\n\x1B[2J",
          .purpose = "new\x07",
          .statusDetails = "line 1\nid  file-xyz"};
}

TEST(FileTable, IsAlignedForPeople) {
  EXPECT_EQ(files_table({train(), hostile()}),
            "ID           BYTES  CREATED               PURPOSE    STATUS     FILENAME\n"
            "file-abc    1.5 KB  2026-01-01T00:00:00Z  fine-tune  processed  train.jsonl\n"
            "file-defgh     0 B  -1                    new\\x07    -          a\\tb\\n\\x1B[2J\n");
  EXPECT_EQ(files_table({}), "ID  BYTES  CREATED  PURPOSE  STATUS  FILENAME\n");
}

TEST(FileTable, ARowHasTabsForScripts) {
  EXPECT_EQ(file_row(train()),
            "file-abc\t1536\t2026-01-01T00:00:00Z\tfine-tune\tprocessed\ttrain.jsonl\n");
  EXPECT_EQ(file_row(hostile()), "file-defgh\t-1\t-1\tnew\\x07\t-\ta\\tb\\n\\x1B[2J\n");
}

TEST(FileTable, JsonIsOneLine) {
  openai::OpenAIFile file = train();
  file.filename = "a\n\xC2\x9B";
  EXPECT_EQ(file_json(file),
            R"({"object":"file","id":"file-abc","purpose":"fine-tune","filename":"a\n\u009B",)"
            R"("bytes":1536,"created_at":1767225600,"status":"processed"})"
            "\n");
}

TEST(FileTable, DetailsAreEverything) {
  openai::OpenAIFile file = train();
  file.expiresAt = 1'767'225'660;
  file.status = "error";
  file.statusDetails = "line 3: no";
  file.extra = {{"tokens", "12"}};
  EXPECT_EQ(file_details(file),
            "id        file-abc\n"
            "filename  train.jsonl\n"
            "bytes     1536 (1.5 KB)\n"
            "purpose   fine-tune\n"
            "created   2026-01-01T00:00:00Z\n"
            "expires   2026-01-01T00:01:00Z\n"
            "status    error\n"
            "problem   line 3: no\n"
            "tokens  12\n");
  // No value makes a line of its own.
  EXPECT_NE(file_details(hostile()).find("problem   line 1\\nid  file-xyz\n"), std::string::npos);
}

}  // namespace
}  // namespace argot::cli
