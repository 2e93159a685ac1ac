#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "argot_open_ai/lib/http.hpp"
#include "base/text.h"

namespace argot::openai {
inline namespace v0 {
namespace {

auto hasName(std::string_view name) {
  return [name](const Header& header) { return equals_ignoring_case(header.name, name); };
}

}  // namespace

Headers::Headers(std::initializer_list<Header> headers) : all_(headers) {}

void Headers::reserve(std::size_t count) { all_.reserve(count); }

const std::string* Headers::find(std::string_view name) const {
  const auto found = std::ranges::find_if(all_, hasName(name));
  return found == all_.end() ? nullptr : &found->value;
}

void Headers::set(std::string_view name, std::string value) {
  // Made first: `name` may point into what is about to change.
  Header replacement{.name = std::string(name), .value = std::move(value)};
  const auto first = std::ranges::find_if(all_, hasName(replacement.name));
  if (first == all_.end()) {
    all_.push_back(std::move(replacement));
    return;
  }
  all_.erase(std::remove_if(first + 1, all_.end(), hasName(replacement.name)), all_.end());
  *first = std::move(replacement);
}

void Headers::append(std::string name, std::string value) {
  all_.push_back(Header{.name = std::move(name), .value = std::move(value)});
}

std::size_t Headers::remove(std::string_view name) {
  const std::string kept(name);
  return std::erase_if(all_, hasName(kept));
}

// Here, so that the tables of virtual functions are in one object and not in every user's.
ResponseStream::~ResponseStream() = default;

std::expected<void, TransportFailure> ResponseStream::drain(const Taker& taker) {
  constexpr std::size_t roomBytes = std::size_t{128} << 10;
  const auto room = std::make_unique_for_overwrite<std::byte[]>(roomBytes);
  for (;;) {
    const auto count = read({room.get(), roomBytes});
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return {};
    if (!taker({room.get(), *count})) {
      return std::unexpected(TransportFailure{.kind = TransportFailure::Kind::aborted,
                                              .text = "the taker wants no more"});
    }
  }
}
Transport::~Transport() = default;

}  // namespace v0
}  // namespace argot::openai
