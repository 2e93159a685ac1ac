#include "server/process_facts.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <vector>

#include "base/bytes.h"
#include "base/unique_fd.h"

namespace argot::server {
namespace {

TEST(ProcessFacts, MemoryThatIsUsedIsCounted) {
  const ProcessFacts before = process_facts();
  EXPECT_GT(before.resident_bytes, 1_MiB);
  // From the system, because what only a test uses may be optimized away.
  void* const used = ::mmap(nullptr, 64_MiB, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  ASSERT_NE(used, MAP_FAILED);
  const ProcessFacts after = process_facts();
  ::munmap(used, 64_MiB);
  EXPECT_GE(after.resident_bytes, before.resident_bytes + 60_MiB);
  EXPECT_GE(after.virtual_bytes, after.resident_bytes);
}

TEST(ProcessFacts, DescriptorsAreCountedExactly) {
  const std::uint64_t before = process_facts().open_descriptors;
  std::vector<UniqueFd> opened;
  for (int count = 0; count < 5; ++count) opened.emplace_back(::open("/dev/null", O_RDONLY));
  EXPECT_EQ(process_facts().open_descriptors, before + 5);
  opened.clear();
  EXPECT_EQ(process_facts().open_descriptors, before);
}

TEST(ProcessFacts, TheLimitOfDescriptorsIsTheOneInForce) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(process_facts().descriptors_max, limit.rlim_cur);
}

TEST(ProcessFacts, WorkTakesTime) {
  const double before = process_facts().cpu_seconds;
  volatile std::uint64_t work = 0;
  while (process_facts().cpu_seconds == before) work = work + 1;
  EXPECT_GT(process_facts().cpu_seconds, before);
}

}  // namespace
}  // namespace argot::server
