// What the shim wrote down, read back: every operation of a run, in order, with its data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/fault_shim.h"

namespace argot::crash {

// Views belong to the log.
struct Record {
  Operation operation = Operation::remark;
  std::uint64_t ordinal = 0;
  std::uint64_t inode = 0;
  std::uint64_t offset = 0;
  std::string_view path;
  std::string_view target;
  std::string_view data;

  // "rename data/tmp/ab -> data/blobs/ab", for people.
  std::string text() const;
};

class OperationLog {
 public:
  // Ends the process if the file is cut short: then the shim is wrong.
  explicit OperationLog(const std::string& path);
  OperationLog(const OperationLog&) = delete;
  OperationLog& operator=(const OperationLog&) = delete;
  OperationLog(OperationLog&&) noexcept = default;
  OperationLog& operator=(OperationLog&&) noexcept = default;
  ~OperationLog() = default;

  const std::vector<Record>& records() const { return records_; }
  // How many operations there were.
  std::uint64_t count() const { return count_; }

 private:
  std::vector<char> bytes_;  // not a string: the views stay where a log is moved
  std::vector<Record> records_;
  std::uint64_t count_ = 0;
};

}  // namespace argot::crash
