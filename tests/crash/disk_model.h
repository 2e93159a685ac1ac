// A disk that keeps of an unsynced change what it likes: fed with the operations of a run, it says
// what may be left when the power goes.
//
// What it takes for granted: a rename never leaves a file without any name that was durable before,
// 512 bytes are written whole or not at all, and what was synced stays. Everything else may happen:
// unsynced writes are lost, torn and reordered, a file is longer than what was written to it, names
// come without their data and data without their names. That is less than ext4 and XFS promise.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/crash/disk_state.h"
#include "tests/crash/operation_log.h"

namespace argot::crash {

// Which unsynced changes the disk keeps, other than at random.
enum class Kept { nothing, everything, names, data };

class DiskModel {
 public:
  // Begins with what is in a real folder, all of it durable.
  explicit DiskModel(const std::string& folder);

  // Records have to outlive the model: pending writes borrow their data.
  void apply(const Record& record);

  // The state borrows from the model until the next apply().
  DiskState state(Kept kept) const;
  DiskState random_state(std::mt19937_64& random) const;

 private:
  using NodeNumber = std::size_t;

  struct Change {
    std::uint64_t offset = 0;  // of a write; the new size otherwise
    std::string_view data;
    enum class Kind { write, truncate, allocate } kind = Kind::write;
  };

  struct Node {
    bool is_folder = false;
    std::string durable;
    std::string current;
    std::vector<Change> pending;  // from durable to current, unless a sync has failed
    std::map<std::string, NodeNumber> durable_names;
    std::map<std::string, NodeNumber> current_names;
  };

  // A name that the disk does not have yet, or has still.
  struct NameChange {
    std::uint64_t number = 0;
    NodeNumber folder = 0;
    std::string name;
    std::optional<NodeNumber> node;  // nothing: the name goes
    std::uint64_t after = 0;         // the change without which this one is never kept; 0: none
  };

  struct Place {
    NodeNumber folder;
    std::string name;
  };

  using Names = std::map<std::string, NodeNumber>;

  NodeNumber add_node(bool is_folder, std::uint64_t inode);
  Place place_of(std::string_view path) const;
  std::uint64_t change_name(const Place& place, std::optional<NodeNumber> node,
                            std::uint64_t after);
  void change_content(std::uint64_t inode, const Change& change);
  void sync(NodeNumber number);
  void lose(NodeNumber number);
  void make_durable(const NameChange& change);
  static void apply_change(std::string& content, const Change& change);
  static std::string random_content(const Node& node, std::mt19937_64& random);

  // Calls `add(path, node)` for everything that is reachable with those names.
  template <typename NamesOf, typename Add>
  void walk(const NamesOf& names_of, const Add& add) const;

  std::vector<Node> nodes_;  // the first is the root
  std::unordered_map<std::uint64_t, NodeNumber> by_inode_;
  std::vector<NameChange> pending_names_;
  std::uint64_t last_change_ = 0;
};

}  // namespace argot::crash
