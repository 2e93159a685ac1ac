#include "catalog/row_values.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

TEST(RowValues, EveryStatusIsReadAsItWasWritten) {
  for (const FileStatus status : {FileStatus::uploaded, FileStatus::processed, FileStatus::error}) {
    EXPECT_EQ(status_of(text_of(status)), status);
  }
}

TEST(RowValues, ChangesOfLimitsAreOneLineForTheRecord) {
  EXPECT_EQ(details_of({}), "");
  EXPECT_EQ(details_of({{"file_bytes", Limit{1'000}},
                        {"organization_bytes", Limit{}},
                        {"project_bytes", std::nullopt}}),
            "file_bytes=1000 organization_bytes=none project_bytes=default");
}

TEST(RowValues, AFileExpiresSoLongAfterTheSecondThatItShows) {
  testing::SeededRandom random;
  NewFile file{.blob = BlobId::mint(random)};
  const WallTime late_in_a_second = from_unix_seconds(100) + std::chrono::milliseconds(999);
  EXPECT_EQ(new_row(file, "file-1", late_in_a_second).expires_at, std::nullopt);
  file.expires_after_seconds = 60;
  const File row = new_row(file, "file-1", late_in_a_second);
  EXPECT_EQ(row.created_at, 100);
  EXPECT_EQ(row.expires_at, 160);
}

}  // namespace
}  // namespace argot::catalog
