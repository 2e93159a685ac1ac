#include "tests/crash/operation_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "tests/crash/disk_state.h"

namespace argot::crash {
namespace {

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::create:
      return "create";
    case Operation::write:
      return "write";
    case Operation::truncate:
      return "truncate";
    case Operation::allocate:
      return "allocate";
    case Operation::sync:
      return "sync";
    case Operation::sync_failed:
      return "failed sync";
    case Operation::sync_range:
      return "sync of a range";
    case Operation::rename:
      return "rename";
    case Operation::unlink:
      return "unlink";
    case Operation::make_folder:
      return "mkdir";
    case Operation::remark:
      return "remark";
  }
  std::unreachable();
}

}  // namespace

std::string Record::text() const {
  std::string line = std::to_string(ordinal) + " " + std::string(name_of(operation));
  if (operation == Operation::remark) return line + " \"" + std::string(data) + "\"";
  line += " \"" + std::string(path) + "\"";
  if (!target.empty()) line += " to \"" + std::string(target) + "\"";
  if (!data.empty()) line += " at " + std::to_string(offset) + "+" + std::to_string(data.size());
  return line;
}

OperationLog::OperationLog(const std::string& path) {
  const std::string whole = read_whole(path);
  bytes_.assign(whole.begin(), whole.end());
  std::size_t at = 0;
  const auto take = [&](std::size_t size) {
    ASSERT(bytes_.size() - at >= size);
    const std::string_view taken(bytes_.data() + at, size);
    at += size;
    return taken;
  };
  while (at < bytes_.size()) {
    RecordHead head;
    std::memcpy(&head, take(sizeof head).data(), sizeof head);
    Record record{.operation = head.operation,
                  .ordinal = head.ordinal,
                  .inode = head.inode,
                  .offset = head.offset};
    record.path = take(head.path_bytes);
    record.target = take(head.target_bytes);
    record.data = take(head.data_bytes);
    count_ = std::max(count_, head.ordinal);
    records_.push_back(record);
  }
}

}  // namespace argot::crash
