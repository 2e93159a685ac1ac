// What the tests of the disk store share: a folder of their own and a store whose system calls are
// recorded and can be made to fail.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "blob/disk_store.h"
#include "blob/scripted_file_ops.h"
#include "tests/support/fakes.h"

namespace argot::blob {

class DiskStoreTest : public ::testing::Test {
 protected:
  DiskStoreTest() { open_store(); }

  void open_store() {
    store_.reset();
    auto opened = DiskStore::open({.root = root(), .random = random_, .operations = &operations_});
    ASSERT_TRUE(opened) << describe(opened.error());
    store_ = *std::move(opened);
    operations_.forget_lines();
  }

  DiskStore& store() { return *store_; }
  std::string root() const { return folder_ / "store"; }
  std::filesystem::path blob_path(const BlobId& id) const {
    return std::filesystem::path(root()) / "blobs" / id.text().substr(0, 2) / id.text();
  }
  std::filesystem::path temporary_path() const { return std::filesystem::path(root()) / "tmp"; }

  // The recorded calls, with `id` written as ID and its shard as XX.
  std::vector<std::string> calls_with(const BlobId& id) const {
    std::vector<std::string> lines = operations_.lines();
    for (std::string& line : lines) {
      replace(line, "blobs/" + id.text().substr(0, 2), "blobs/XX");
      replace(line, id.text(), "ID");
    }
    return lines;
  }

  bool is_temporary_empty() const { return std::filesystem::is_empty(temporary_path()); }

  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  SystemRandom random_;
  ScriptedFileOps operations_;
  std::unique_ptr<DiskStore> store_;

 private:
  static void replace(std::string& line, const std::string& what, const std::string& by) {
    for (auto at = line.find(what); at != std::string::npos; at = line.find(what)) {
      line.replace(at, what.size(), by);
    }
  }
};

}  // namespace argot::blob
