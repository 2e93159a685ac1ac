#include "documents/seccomp_filter.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "documents/child_fixture.h"

namespace argot::documents {
namespace {

// Closing what is inherited is nothing that a filter does.
bool is_for_filters(std::string_view name) { return name != "what it inherited"; }

TEST(SeccompFilter, WithoutItEveryAttemptSucceeds) {
  for (const Attempt& each : attempts) {
    EXPECT_EQ(run_self({"attempt", "none", std::string(each.name)}).code(), 0) << each.name;
  }
}

TEST(SeccompFilter, AReaderCanDoNothingButRead) {
  for (const Attempt& each : attempts) {
    if (!is_for_filters(each.name)) continue;
    EXPECT_TRUE(is_refused("seccomp-reader", each.name)) << each.name;
  }
}

TEST(SeccompFilter, AnEngineMayOpenFilesAndNoMore) {
  const std::set<std::string_view> allowed = {"read a file", "list a folder", "read a process"};
  for (const Attempt& each : attempts) {
    if (!is_for_filters(each.name)) continue;
    EXPECT_EQ(is_refused("seccomp-engine", each.name), !allowed.contains(each.name)) << each.name;
  }
}

TEST(SeccompFilter, DangerEndsTheProcessAndCuriosityDoesNot) {
  EXPECT_TRUE(
      run_self({"attempt", "seccomp-reader", "a socket of the network"}).is_killed_by(SIGSYS));
  EXPECT_TRUE(run_self({"attempt", "seccomp-reader", "fork"}).is_killed_by(SIGSYS));
  EXPECT_TRUE(run_self({"attempt", "seccomp-engine", "exec"}).is_killed_by(SIGSYS));
  EXPECT_EQ(run_self({"attempt", "seccomp-reader", "read a file"}).code(), EACCES);
}

TEST(SeccompFilter, FitsIntoTheKernelsBound) {
  for (const Profile profile : {Profile::reader, Profile::engine}) {
    EXPECT_LT(seccomp_filter({.profile = profile}).size(), 4'096U);
  }
}

}  // namespace
}  // namespace argot::documents
