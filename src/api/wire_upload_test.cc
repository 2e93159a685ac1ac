#include "api/wire_upload.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace argot::api {
namespace {

TEST(WireUpload, ShowsWhatTheCatalogueHas) {
  const catalog::Upload upload{.id = "upload_1",
                               .scope = {},
                               .purpose = "batch",
                               .filename = "a.jsonl",
                               .bytes = 8,
                               .created_at = 100,
                               .expires_at = 3'700,
                               .status = catalog::UploadStatus::cancelled,
                               .file_id = "file-1"};
  const openai::Upload shown = wire_upload(upload);
  EXPECT_EQ(shown, (openai::Upload{.id = "upload_1",
                                   .bytes = 8,
                                   .created_at = 100,
                                   .expires_at = 3'700,
                                   .filename = "a.jsonl",
                                   .purpose = "batch",
                                   .status = openai::UploadStatus::cancelled,
                                   .file = std::nullopt}));
}

TEST(WireUpload, EveryStatusHasItsName) {
  for (const auto& [status, name] : {std::pair(catalog::UploadStatus::pending, "pending"),
                                     std::pair(catalog::UploadStatus::completed, "completed"),
                                     std::pair(catalog::UploadStatus::cancelled, "cancelled"),
                                     std::pair(catalog::UploadStatus::expired, "expired")}) {
    catalog::Upload upload;
    upload.status = status;
    EXPECT_EQ(text_of(wire_upload(upload).status), name);
  }
}

TEST(WireUpload, APartShowsWhoseItIs) {
  testing::SeededRandom random;
  const catalog::UploadPart part{
      .id = "part_1", .upload_id = "upload_1", .created_at = 5, .blob = BlobId::mint(random)};
  EXPECT_EQ(wire_part(part),
            (openai::UploadPart{.id = "part_1", .created_at = 5, .upload_id = "upload_1"}));
}

}  // namespace
}  // namespace argot::api
