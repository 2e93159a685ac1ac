// Files that come in parts, for the tests of files/: over the library of library_fixture_test.h,
// with limits that large files fit in.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/library_fixture_test.h"
#include "tests/support/watched_log.h"

namespace argot::files {

class UploadFixture : public LibraryFixture {
 protected:
  static policy::Policy policy_of(policy::ValidationMode mode) {
    policy::Policy policy;
    policy.mode = mode;
    policy.upload_bytes_max = 16_MiB;
    return policy;
  }

  Announcement announcement(std::uint64_t bytes,
                            policy::Purpose purpose = policy::Purpose::user_data,
                            std::string filename = "big.bin") const {
    return {.scope = scope_,
            .purpose = purpose,
            .filename = std::move(filename),
            .bytes = bytes,
            .expires_after_seconds = {}};
  }

  // The part's id.
  std::string add(Library& library, const catalog::Upload& upload, std::string_view content) {
    auto intake = library.open_part(scope_, upload.id).value();
    EXPECT_TRUE(intake->write(as_bytes(content)));
    EXPECT_TRUE(intake->finish());
    return intake->commit().value().id;
  }

  // A file of these parts, completed.
  Result<CompletedUpload> assemble(Library& library, const std::vector<std::string>& contents,
                                   const Announcement& announced,
                                   std::optional<digest::Md5Value> md5 = {}) {
    TRY(const catalog::Upload upload, library.uploads().begin(announced));
    Assembly assembly{.part_ids = {}, .md5 = md5};
    for (const std::string& content : contents) {
      assembly.part_ids.push_back(add(library, upload, content));
    }
    return library.uploads().complete(scope_, upload.id, assembly);
  }

  catalog::File assemble(const std::vector<std::string>& contents) {
    std::uint64_t bytes = 0;
    for (const std::string& content : contents) bytes += content.size();
    return assemble(uploads_, contents, announcement(bytes)).value().file;
  }

  // The whole content as it is stored.
  std::string read(const catalog::File& file) {
    const auto row = catalog_.find_content(scope_, file.id, clock_.now()).value();
    const auto stored =
        open_stored_content(
            *row, {.catalog = catalog_, .blobs = faulty_, .clock = clock_, .log = watched_})
            .value();
    std::string text(file.bytes, '\0');
    for (std::uint64_t position = 0; position < file.bytes;) {
      const Block block = stored->layout().block_at(position);
      const MutableBytes out = std::as_writable_bytes(std::span(text));
      blob::BlobReader* const reader = stored->open(*block.stretch).value();
      EXPECT_TRUE(reader->read(block.begin - block.stretch->begin,
                               out.subspan(block.begin, block.end - block.begin)));
      position = block.end;
    }
    return text;
  }

  testing::WatchedLog watched_;
  Library uploads_{
      catalog_, faulty_, clock_, watched_, {.policy = policy_of(policy::ValidationMode::report)}};
};

}  // namespace argot::files
