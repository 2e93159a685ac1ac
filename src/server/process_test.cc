#include "server/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

namespace argot::server {
namespace {

TEST(Process, KeepsItsFilesAndItsMemoryToItself) {
  prepare_process();
  EXPECT_EQ(::umask(0077), 0077U);
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

TEST(Process, SurvivesAClientThatIsGone) {
  prepare_process();
  EXPECT_EQ(std::signal(SIGPIPE, SIG_DFL), SIG_IGN);
  EXPECT_EQ(std::signal(SIGXFSZ, SIG_DFL), SIG_IGN);
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

TEST(Process, TakesEveryDescriptorItMayHave) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit low{.rlim_cur = std::min<rlim_t>(64, before.rlim_max), .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_files_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Process, ServesNoMoreConnectionsThanItHasDescriptorsFor) {
  EXPECT_EQ(connections_that_fit(8192, 1'048'576), 8192U);
  EXPECT_EQ(connections_that_fit(8192, 400 + 2 * 8192), 8192U);
  EXPECT_EQ(connections_that_fit(8192, 400 + 2 * 8192 - 2), 8191U);
  EXPECT_EQ(connections_that_fit(8192, 1024), 312U);
  EXPECT_EQ(connections_that_fit(8192, 100), 1U);
}

}  // namespace
}  // namespace argot::server
