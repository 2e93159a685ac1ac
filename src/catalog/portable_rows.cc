#include "catalog/portable_rows.h"

#include <cstddef>
#include <span>

#include "base/bytes.h"

namespace argot::catalog {

// What a value is and how long it is stand before it, so that no two rows look alike.
void TableHash::add(const PortableRow& row) {
  const auto add_number = [this](std::uint64_t number) {
    hash_.update(std::as_bytes(std::span(&number, 1)));
  };
  ++rows_;
  add_number(row.size());
  for (const PortableValue& value : row) {
    add_number(value.index());
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
      add_number(static_cast<std::uint64_t>(*number));
    }
    if (const auto* const text = std::get_if<std::string>(&value)) {
      add_number(text->size());
      hash_.update(as_bytes(*text));
    }
  }
}

}  // namespace argot::catalog
