// What the shim is told, and what it writes down. Linked into a program or loaded with LD_PRELOAD,
// it stands between the program and the C library: every call that changes something below one
// folder is counted, logged with its data, and made to fail or to be the last one where the plan
// says so. Until argot_faults_begin() it only passes calls on. For programs that do not call it the
// environment does: FAULT_ROOT, FAULT_LOG, FAULT_AT, FAULT_ACTION (kill,
// EIO, ENOSPC, short, none) and FAULT_FOR_EVER.
#pragma once

#include <cstddef>
#include <cstdint>

namespace argot::crash {

enum class Operation : std::uint32_t {
  create,       // of a file that was not there
  write,        // `data` at `offset`
  truncate,     // to `offset` bytes
  allocate,     // at least `offset` bytes, zeros where there were none
  sync,         // of a file or a folder
  sync_failed,  // what was to be synced is lost: the kernel takes it for written
  sync_range,   // promises nothing
  rename,       // from `path` to `target`
  unlink,
  make_folder,
  remark,  // the program's own words, not an operation
};

// One entry of the log: this head, then the path, the target and the data. Paths are relative to
// the root, which is the empty path.
struct RecordHead {
  Operation operation = Operation::remark;
  std::uint32_t path_bytes = 0;
  std::uint32_t target_bytes = 0;
  std::uint32_t unused = 0;
  std::uint64_t ordinal = 0;  // of the operations, from 1; a remark has that of the one before it
  std::uint64_t inode = 0;    // of what has been opened, made or synced
  std::uint64_t offset = 0;
  std::uint64_t data_bytes = 0;
};

enum class Action : std::uint32_t {
  none,
  kill,         // SIGKILL instead of the operation
  power_off,    // shuts the file system down without writing its journal, then SIGKILL
  fail_io,      // EIO
  fail_space,   // ENOSPC
  short_write,  // half of a write is taken
};

// Syncs that claim to have happened and have not: what a program that forgot them would do.
enum class Lie : std::uint32_t {
  none,
  content,  // of a file in tmp/
  shards,   // of a folder that has blobs
  folders,  // of the folder that has those folders
  log,      // of SQLite's write-ahead log
};

// Plain values, so that it crosses the library's border. The paths are borrowed for the call.
struct FaultPlan {
  const char* root = "";  // without symbolic links
  int log = -1;           // open for writing, outside of the root
  std::uint64_t at = 0;   // which operation the action meets; 0: none
  Action action = Action::none;
  bool for_ever = false;  // every later operation as well
  Lie lie = Lie::none;
};

}  // namespace argot::crash

// Thread-safe, but for the first.
extern "C" {
void argot_faults_begin(const argot::crash::FaultPlan* plan);
// Puts the program's own words into the log, after all operations that have returned.
void argot_faults_remark(const char* text, std::size_t bytes);
}
