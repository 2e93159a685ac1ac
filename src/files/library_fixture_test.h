// A library over a memory catalogue and a memory store that can fail, for the tests of files/.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "files/library.h"
#include "files/sweeper.h"
#include "tests/support/fakes.h"

namespace argot::files {

class LibraryFixture : public ::testing::Test {
 protected:
  LibraryFixture() {
    auto project = catalog_.create_organization("test");
    scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  }

  static policy::Policy small_policy() {
    policy::Policy policy;
    policy.file_bytes_max = 1000;
    policy.organization_bytes_max = 2500;
    return policy;
  }

  Submission submission(std::string filename = "notes.txt",
                        policy::Purpose purpose = policy::Purpose::user_data) const {
    return {.scope = scope_,
            .purpose = purpose,
            .filename = std::move(filename),
            .expires_after_seconds = {}};
  }

  Result<catalog::File> put(std::string_view content, const Submission& submission) {
    TRY(auto intake, library_.open_intake(scope_));
    TRY_DO(intake->write(as_bytes(content)));
    TRY_DO(intake->finish());
    return intake->commit(submission);
  }
  Result<catalog::File> put(std::string_view content) { return put(content, submission()); }

  std::size_t blob_count() {
    std::size_t count = 0;
    EXPECT_TRUE(store_.visit([&](const blob::BlobEntry&) -> Result<> {
      ++count;
      return {};
    }));
    return count;
  }

  std::uint64_t used_bytes() { return catalog_.organization_usage(scope_.organization_id)->bytes; }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  SilentLog log_;
  catalog::MemoryCatalog catalog_{clock_, random_};
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  Library library_{
      catalog_, faulty_, clock_, log_, {.policy = small_policy(), .free_bytes_min = 0}};
  Sweeper sweeper_{catalog_, faulty_, library_.live_blobs(), clock_, log_};
  catalog::Scope scope_;
};

}  // namespace argot::files
