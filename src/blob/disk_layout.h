// The folders of a DiskStore: made once, checked at every start, held open as long as the store is.
//
//   ROOT/FORMAT          "argot blobs 1\n", written last: where it stands, the folders are durable
//   ROOT/tmp/            content that is still arriving
//   ROOT/blobs/00 .. ff  sealed content, by the first two digits of its id
#pragma once

#include <array>
#include <memory>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "blob/directory.h"
#include "blob/file_ops.h"

namespace argot::blob {

inline constexpr std::size_t shard_count = 256;

// Two hexadecimal digits: "00" to "ff".
std::string shard_name(std::size_t number);

// Which of the shards holds `id`.
std::size_t shard_number(const BlobId& id);

struct DiskLayout {
  std::unique_ptr<Directory> root;
  std::unique_ptr<Directory> temporary;
  std::unique_ptr<Directory> blobs;
  std::array<std::unique_ptr<Directory>, shard_count> shards;
};

// Makes what is missing of `root`, whose parent has to exist. Errors are cannot_start, with one
// line that says what to mend. The operations must outlive the layout.
Result<DiskLayout> open_disk_layout(const std::string& root, FileOps& operations);

}  // namespace argot::blob
