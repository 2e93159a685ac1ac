#include "documents/sandbox.h"

#include <gtest/gtest.h>

#include "documents/child_fixture.h"

namespace argot::documents {
namespace {

TEST(Sandbox, RefusesEverythingBehindAllWalls) {
  for (const char* walls : {"all-reader", "all-engine"}) {
    for (const Attempt& each : attempts) {
      EXPECT_TRUE(is_refused(walls, each.name)) << walls << ": " << each.name;
    }
  }
}

TEST(Sandbox, NotEvenAnOpenFileCanGrow) {
  EXPECT_EQ(run_self({"attempt", "none", "fill a file"}).code(), 0);
  EXPECT_EQ(run_self({"attempt", "all-reader", "fill a file"}).code(), EFBIG);
}

TEST(Sandbox, NothingIsLeftToAProcess) {
  for (const char* walls : {"all-reader", "all-engine"}) {
    const Ended ended = run_self({"attempt", walls, "show"});
    EXPECT_EQ(ended.code(), 0);
    for (const char* line : {"CapInh:\t0000000000000000\n", "CapPrm:\t0000000000000000\n",
                             "CapEff:\t0000000000000000\n", "NoNewPrivs:\t1\n", "Seccomp:\t2\n"}) {
      EXPECT_NE(ended.output.find(line), std::string::npos) << line << ended.output;
    }
  }
}

TEST(Sandbox, TimeOfTheProcessorIsBounded) {
  EXPECT_TRUE(run_self({"attempt", "all-reader", "spin"}).is_killed_by(SIGXCPU));
}

TEST(Walls, AreDescribed) {
  EXPECT_EQ(describe({}), "seccomp");
  EXPECT_EQ(describe({.landlock = true, .namespaces = true}), "seccomp landlock namespaces");
}

}  // namespace
}  // namespace argot::documents
