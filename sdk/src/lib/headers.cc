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
Transport::~Transport() = default;

}  // namespace v0
}  // namespace argot::openai
