#include "openai/error.h"

#include "base/bytes.h"
#include "base/text.h"
#include "json/reader.h"

namespace argot::openai {
namespace {

constexpr std::size_t raw_message_bytes_max = 1_KiB;

// Servers differ: a code may be a number there, a message a list.
std::optional<std::string> text_in(const json::Value& object, std::string_view field) {
  const json::Value* const value = object.find(field);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->string() != nullptr) return *value->string();
  std::string text;
  json::Writer writer(text);
  value->write_to(writer);
  return text;
}

std::string raw_message(std::string_view body) {
  constexpr std::string_view white_space = " \t\r\n";
  const std::size_t first = body.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  body = body.substr(first, body.find_last_not_of(white_space) - first + 1);
  if (body.size() <= raw_message_bytes_max) return std::string(body);
  // Not in the middle of a character, as far as there are characters.
  for (std::size_t size = raw_message_bytes_max; size > raw_message_bytes_max - 4; --size) {
    if (is_utf8(body.substr(0, size))) return std::string(body.substr(0, size));
  }
  return std::string(body.substr(0, raw_message_bytes_max));
}

// The usual places of an error, the envelope first: {"error":{..}}, then {"error":"text"}, then the
// fields at the top, then {"detail":..}.
std::optional<ErrorObject> read_error(const json::Value& body) {
  const json::Value* const inner = body.find("error");
  const bool has_envelope = inner != nullptr && inner->kind() == json::Kind::object;
  const json::Value& object = has_envelope ? *inner : body;
  std::optional<std::string> message = text_in(object, "message");
  if (!message && !has_envelope) message = text_in(body, "error");
  if (!message && !has_envelope) message = text_in(body, "detail");
  if (!message && !has_envelope) return std::nullopt;
  return ErrorObject{.message = std::move(message).value_or(""),
                     .type = text_in(object, "type").value_or(""),
                     .param = text_in(object, "param"),
                     .code = text_in(object, "code")};
}

}  // namespace

std::string encode(const ErrorObject& error, json::Form form) {
  std::string out;
  json::Writer writer(out, form);
  const auto member = [&](std::string_view key, const std::optional<std::string>& text) {
    writer.key(key);
    if (text) {
      writer.string(*text);
    } else {
      writer.null();
    }
  };
  writer.begin_object().key("error").begin_object();
  writer.key("message").string(error.message);
  writer.key("type").string(error.type);
  member("param", error.param);
  member("code", error.code);
  writer.end_object().end_object();
  if (form == json::Form::pretty) out += '\n';
  return out;
}

ErrorObject decode_error(std::string_view body) {
  if (const Result<json::Value> value = json::parse(body)) {
    if (std::optional<ErrorObject> error = read_error(*value)) return *std::move(error);
  }
  return ErrorObject{.message = raw_message(body)};
}

}  // namespace argot::openai
