#include "documents/landlock.h"

#include <gtest/gtest.h>

#include "documents/child_fixture.h"

namespace argot::documents {
namespace {

bool is_missing() {
  return run_self({"attempt", "landlock-reader", "a file in memory"}).code() == 200;
}

TEST(Landlock, LeavesNoFileToAReader) {
  if (is_missing()) GTEST_SKIP() << "this kernel has no Landlock";
  for (const char* walls : {"landlock-reader", "landlock-engine"}) {
    for (const char* name : {"read a file", "list a folder", "read a process", "write a file",
                             "make a folder", "exec", "exec by a folder"}) {
      EXPECT_EQ(run_self({"attempt", walls, name}).code(), EACCES) << walls << ": " << name;
    }
  }
}

TEST(Landlock, DoesNotLookAtWhatIsNoFile) {
  if (is_missing()) GTEST_SKIP() << "this kernel has no Landlock";
  EXPECT_FALSE(is_refused("landlock-reader", "executable memory"));
}

}  // namespace
}  // namespace argot::documents
