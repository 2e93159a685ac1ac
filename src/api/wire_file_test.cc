#include "api/wire_file.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace argot::api {
namespace {

catalog::File a_file() {
  testing::SeededRandom random(1);
  return {.id = "file-x",
          .scope = {.organization_id = "org-x", .project_id = "proj_x"},
          .purpose = "batch",
          .filename = "a.jsonl",
          .bytes = 12,
          .created_at = 34,
          .expires_at = 56,
          .status = catalog::FileStatus::error,
          .status_details = "line 1",
          .sha256 = {},
          .blob = BlobId::mint(random)};
}

TEST(WireFile, ShowsWhatTheClientMaySee) {
  EXPECT_EQ(wire_file(a_file()), (openai::File{.id = "file-x",
                                               .bytes = 12,
                                               .created_at = 34,
                                               .expires_at = 56,
                                               .filename = "a.jsonl",
                                               .purpose = "batch",
                                               .status = openai::FileStatus::error,
                                               .status_details = "line 1"}));
}

TEST(WireFile, WhatIsNotSetIsLeftOut) {
  catalog::File file = a_file();
  file.expires_at = std::nullopt;
  file.status_details.clear();
  EXPECT_EQ(wire_file(file).expires_at, std::nullopt);
  EXPECT_EQ(wire_file(file).status_details, std::nullopt);
}

TEST(WireFile, EveryStatusHasItsWord) {
  catalog::File file = a_file();
  file.status = catalog::FileStatus::uploaded;
  EXPECT_EQ(wire_file(file).status, openai::FileStatus::uploaded);
  file.status = catalog::FileStatus::processed;
  EXPECT_EQ(wire_file(file).status, openai::FileStatus::processed);
}

}  // namespace
}  // namespace argot::api
