#include "tests/crash/disk_model.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/assert.h"

namespace argot::crash {
namespace {

// What a disk writes whole.
constexpr std::size_t sector_bytes = 512;

std::uint64_t inode_of(const std::string& path) {
  struct stat facts{};
  ASSERT(::lstat(path.c_str(), &facts) == 0);
  return facts.st_ino;
}

bool once_in(std::uint64_t count, std::mt19937_64& random) { return random() % count == 0; }

}  // namespace

DiskModel::DiskModel(const std::string& folder) {
  add_node(true, inode_of(folder));
  const DiskState state = DiskState::of_folder(folder);
  const auto add = [&](const std::string& path, bool is_folder) {
    const Place place = place_of(path);
    const NodeNumber node = add_node(is_folder, inode_of(folder + "/" + path));
    nodes_[place.folder].durable_names[place.name] = node;
    nodes_[place.folder].current_names[place.name] = node;
    return node;
  };
  for (const std::string& path : state.folders()) add(path, true);
  for (const auto& [path, content] : state.files()) {
    Node& node = nodes_[add(path, false)];
    node.durable = content;
    node.current = content;
  }
}

DiskModel::NodeNumber DiskModel::add_node(bool is_folder, std::uint64_t inode) {
  nodes_.push_back(Node{.is_folder = is_folder});
  // A number that is used again belongs to the newer one from here on.
  by_inode_[inode] = nodes_.size() - 1;
  return nodes_.size() - 1;
}

DiskModel::Place DiskModel::place_of(std::string_view path) const {
  NodeNumber folder = 0;
  for (;;) {
    const std::size_t end = path.find('/');
    if (end == std::string_view::npos) return {folder, std::string(path)};
    const auto found = nodes_[folder].current_names.find(std::string(path.substr(0, end)));
    ASSERT(found != nodes_[folder].current_names.end());
    folder = found->second;
    path.remove_prefix(end + 1);
  }
}

std::uint64_t DiskModel::change_name(const Place& place, std::optional<NodeNumber> node,
                                     std::uint64_t after) {
  Names& names = nodes_[place.folder].current_names;
  if (node) {
    names[place.name] = *node;
  } else {
    ASSERT(names.erase(place.name) == 1);
  }
  pending_names_.push_back({.number = ++last_change_,
                            .folder = place.folder,
                            .name = place.name,
                            .node = node,
                            .after = after});
  return last_change_;
}

void DiskModel::apply(const Record& record) {
  switch (record.operation) {
    case Operation::create:
      change_name(place_of(record.path), add_node(false, record.inode), 0);
      return;
    case Operation::make_folder:
      change_name(place_of(record.path), add_node(true, record.inode), 0);
      return;
    case Operation::write:
      return change_content(record.inode, {.offset = record.offset, .data = record.data});
    case Operation::truncate:
      return change_content(record.inode,
                            {.offset = record.offset, .kind = Change::Kind::truncate});
    case Operation::allocate:
      return change_content(record.inode,
                            {.offset = record.offset, .kind = Change::Kind::allocate});
    case Operation::sync:
      return sync(by_inode_.at(record.inode));
    case Operation::sync_failed:
      return lose(by_inode_.at(record.inode));
    case Operation::unlink:
      change_name(place_of(record.path), std::nullopt, 0);
      return;
    case Operation::rename: {
      const Place from = place_of(record.path);
      const NodeNumber node = nodes_[from.folder].current_names.at(from.name);
      const std::uint64_t added = change_name(place_of(record.target), node, 0);
      change_name(from, std::nullopt, added);
      return;
    }
    case Operation::sync_range:
    case Operation::remark:
      return;
  }
}

void DiskModel::apply_change(std::string& content, const Change& change) {
  switch (change.kind) {
    case Change::Kind::write:
      if (content.size() < change.offset + change.data.size()) {
        content.resize(change.offset + change.data.size());
      }
      std::ranges::copy(change.data, content.begin() + static_cast<std::ptrdiff_t>(change.offset));
      return;
    case Change::Kind::truncate:
      content.resize(change.offset);
      return;
    case Change::Kind::allocate:
      if (content.size() < change.offset) content.resize(change.offset);
      return;
  }
}

void DiskModel::change_content(std::uint64_t inode, const Change& change) {
  Node& node = nodes_[by_inode_.at(inode)];
  node.pending.push_back(change);
  apply_change(node.current, change);
}

void DiskModel::make_durable(const NameChange& change) {
  Names& names = nodes_[change.folder].durable_names;
  if (change.node) {
    names[change.name] = *change.node;
  } else {
    names.erase(change.name);
  }
}

void DiskModel::sync(NodeNumber number) {
  Node& node = nodes_[number];
  for (const Change& change : node.pending) apply_change(node.durable, change);
  node.pending.clear();
  if (!node.is_folder) return;

  // With the removal of a renamed file's old name goes the new one, wherever it is.
  std::vector<std::uint64_t> wanted;
  for (const NameChange& change : pending_names_) {
    if (change.folder == number) wanted.insert(wanted.end(), {change.number, change.after});
  }
  std::erase_if(pending_names_, [&](const NameChange& change) {
    if (std::ranges::find(wanted, change.number) == wanted.end()) return false;
    make_durable(change);
    return true;
  });
}

// The kernel reports a lost write once and takes the pages for written.
void DiskModel::lose(NodeNumber number) {
  nodes_[number].pending.clear();
  std::erase_if(pending_names_, [&](const NameChange& change) { return change.folder == number; });
}

template <typename NamesOf, typename Add>
void DiskModel::walk(const NamesOf& names_of, const Add& add) const {
  std::vector<std::pair<std::string, NodeNumber>> folders{{"", 0}};
  while (!folders.empty()) {
    const auto [prefix, folder] = std::move(folders.back());
    folders.pop_back();
    for (const auto& [name, number] : names_of(folder)) {
      std::string path = prefix + name;
      add(path, number);
      if (nodes_[number].is_folder) folders.emplace_back(std::move(path) + "/", number);
    }
  }
}

DiskState DiskModel::state(Kept kept) const {
  const bool has_names = kept == Kept::everything || kept == Kept::names;
  const bool has_data = kept == Kept::everything || kept == Kept::data;
  DiskState state;
  walk(
      [&](NodeNumber folder) -> const Names& {
        return has_names ? nodes_[folder].current_names : nodes_[folder].durable_names;
      },
      [&](const std::string& path, NodeNumber number) {
        const Node& node = nodes_[number];
        if (node.is_folder) {
          state.add_folder(path);
        } else {
          state.add_file(path, has_data ? node.current : node.durable);
        }
      });
  return state;
}

std::string DiskModel::random_content(const Node& node, std::mt19937_64& random) {
  std::string content = node.durable;
  for (Change change : node.pending) {
    if (once_in(2, random)) continue;
    if (change.kind == Change::Kind::write && once_in(3, random)) {
      const std::size_t sectors = change.data.size() / sector_bytes;
      change.data = change.data.substr(0, sector_bytes * (random() % (sectors + 1)));
    }
    apply_change(content, change);
  }
  // The size may be known to the disk before the data is.
  if (content.size() < node.current.size() && once_in(4, random)) {
    content.resize(node.current.size());
  }
  return content;
}

DiskState DiskModel::random_state(std::mt19937_64& random) const {
  std::map<NodeNumber, Names> changed;
  std::map<std::uint64_t, bool> kept;
  for (const NameChange& change : pending_names_) {
    const auto needed = kept.find(change.after);
    const bool may_stay = needed == kept.end() || needed->second;
    if (!(kept[change.number] = may_stay && once_in(2, random))) continue;
    Names& names =
        changed.try_emplace(change.folder, nodes_[change.folder].durable_names).first->second;
    if (change.node) {
      names[change.name] = *change.node;
    } else {
      names.erase(change.name);
    }
  }
  DiskState state;
  walk(
      [&](NodeNumber folder) -> const Names& {
        const auto found = changed.find(folder);
        return found == changed.end() ? nodes_[folder].durable_names : found->second;
      },
      [&](const std::string& path, NodeNumber number) {
        const Node& node = nodes_[number];
        if (node.is_folder) {
          state.add_folder(path);
        } else if (node.pending.empty() || once_in(5, random)) {
          state.add_file(path, node.pending.empty() ? node.durable : node.current);
        } else {
          state.add_own_file(path, random_content(node, random));
        }
      });
  return state;
}

}  // namespace argot::crash
