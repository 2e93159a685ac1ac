#include "fetch/message.h"

#include <algorithm>

#include "base/text.h"

namespace argot::fetch {

const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return equals_ignoring_case(header.name, name); });
  return found == headers.end() ? nullptr : &found->value;
}

std::expected<std::size_t, std::string> BytesSource::read(MutableBytes room) {
  const std::size_t count = std::min(room.size(), bytes_.size() - taken_);
  std::copy_n(bytes_.data() + taken_, count, room.data());
  taken_ += count;
  return count;
}

bool BytesSource::rewind() {
  taken_ = 0;
  return true;
}

}  // namespace argot::fetch
