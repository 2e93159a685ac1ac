#include "openai/fields.h"

namespace argot::openai {

Result<Fields> Fields::of(const json::Value& value, std::string_view object_name) {
  if (value.kind() != json::Kind::object) {
    return fail(ErrorCode::invalid_request,
                "Expected an object, but got " + std::string(described(value.kind())) + ".");
  }
  const Fields fields(value);
  TRY(const std::optional<std::string> name, fields.optional_string("object"));
  if (name && *name != object_name) {
    return fields.wrong("object", "'" + std::string(object_name) + "'");
  }
  return fields;
}

const json::Value* Fields::find(std::string_view field) const {
  const json::Value* const value = value_->find(field);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::string> Fields::string(std::string_view field) const {
  TRY(std::optional<std::string> text, optional_string(field));
  if (!text) return wrong(field, "a string");
  return *std::move(text);
}

Result<std::uint64_t> Fields::unsigned_integer(std::string_view field) const {
  const json::Value* const value = find(field);
  const std::optional<std::uint64_t> number =
      value == nullptr ? std::nullopt : value->unsigned_integer();
  if (!number) return wrong(field, "an integer of at least 0");
  return *number;
}

Result<std::int64_t> Fields::signed_integer(std::string_view field) const {
  TRY(const std::optional<std::int64_t> number, optional_integer(field));
  if (!number) return wrong(field, "an integer");
  return *number;
}

Result<std::optional<std::string>> Fields::optional_string(std::string_view field) const {
  const json::Value* const value = find(field);
  if (value == nullptr) return std::optional<std::string>();
  if (value->string() == nullptr) return wrong(field, "a string");
  return std::optional(*value->string());
}

Result<std::optional<std::int64_t>> Fields::optional_integer(std::string_view field) const {
  const json::Value* const value = find(field);
  if (value == nullptr) return std::optional<std::int64_t>();
  const std::optional<std::int64_t> number = value->signed_integer();
  if (!number) return wrong(field, "an integer");
  return number;
}

Result<std::optional<bool>> Fields::optional_boolean(std::string_view field) const {
  const json::Value* const value = find(field);
  if (value == nullptr) return std::optional<bool>();
  const std::optional<bool> truth = value->boolean();
  if (!truth) return wrong(field, "a boolean");
  return truth;
}

std::unexpected<Error> Fields::wrong(std::string_view field, std::string_view expected) const {
  const json::Value* const value = find(field);
  std::string came = "nothing";
  if (value != nullptr) {
    came = value->string() == nullptr ? described(value->kind()) : "'" + *value->string() + "'";
  }
  return fail(ErrorCode::invalid_request,
              "Expected '" + std::string(field) + "' to be " + std::string(expected) +
                  ", but got " + came + ".",
              std::string(field));
}

}  // namespace argot::openai
