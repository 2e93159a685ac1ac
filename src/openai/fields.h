// Reads the fields of one decoded object, and says which field was wrong. For the sources of this
// folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace argot::openai {

// Borrows the value. Null counts as absent everywhere.
class Fields {
 public:
  // Errors: `value` is no object, or its "object" is there and is not `object_name`.
  static Result<Fields> of(const json::Value& value, std::string_view object_name);

  // A null pointer where the field is absent.
  const json::Value* find(std::string_view field) const;

  // Errors: absent, or of another type.
  Result<std::string> string(std::string_view field) const;
  Result<std::uint64_t> unsigned_integer(std::string_view field) const;
  Result<std::int64_t> signed_integer(std::string_view field) const;

  // Nothing where the field is absent. Error: of another type.
  Result<std::optional<std::string>> optional_string(std::string_view field) const;
  Result<std::optional<std::int64_t>> optional_integer(std::string_view field) const;
  Result<std::optional<bool>> optional_boolean(std::string_view field) const;

  std::unexpected<Error> wrong(std::string_view field, std::string_view expected) const;

 private:
  explicit Fields(const json::Value& value) : value_(&value) {}

  const json::Value* value_;
};

}  // namespace argot::openai
