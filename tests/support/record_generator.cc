#include "tests/support/record_generator.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace argot::testing {
namespace {

struct MadeMember;

// A value that is going to be written.
struct Made {
  enum class Kind { scalar, object, array };
  Kind kind = Kind::scalar;
  std::string text;                 // of a scalar, as it is written
  std::vector<MadeMember> members;  // of an array: its items, without keys
};

struct MadeMember {
  std::string key;
  Made value;
};

using Members = std::vector<MadeMember>;

Made scalar(std::string_view text) { return {.text = std::string(text), .members = {}}; }
Made string(std::string_view text) { return scalar('"' + std::string(text) + '"'); }
Made object(Members members) {
  return {.kind = Made::Kind::object, .text = {}, .members = std::move(members)};
}
Made array(const std::vector<Made>& items) {
  Made made{.kind = Made::Kind::array, .text = {}, .members = {}};
  for (const Made& item : items) made.members.emplace_back("", item);
  return made;
}

constexpr auto keys = std::to_array<std::string_view>({"messages",
                                                       "role",
                                                       "content",
                                                       "name",
                                                       "weight",
                                                       "tools",
                                                       "tool_calls",
                                                       "function_call",
                                                       "refusal",
                                                       "tool_call_id",
                                                       "type",
                                                       "function",
                                                       "text",
                                                       "image_url",
                                                       "url",
                                                       "detail",
                                                       "arguments",
                                                       "strict",
                                                       "parameters",
                                                       "description",
                                                       "input",
                                                       "prompt",
                                                       "completion",
                                                       "functions",
                                                       "preferred_output",
                                                       "item",
                                                       "sample",
                                                       "custom_id",
                                                       "method",
                                                       "body",
                                                       "model",
                                                       "stream",
                                                       "non_preferred_output",
                                                       "parallel_tool_calls",
                                                       "",
                                                       "a/b~c",
                                                       "\xC3\xA9"});

// Good ones and bad ones.
constexpr auto scalars = std::to_array<std::string_view>({"null",
                                                          "true",
                                                          "false",
                                                          "0",
                                                          "1",
                                                          "-0",
                                                          "2",
                                                          "1.0",
                                                          "1e0",
                                                          "-1.5E+10",
                                                          "1e400",
                                                          "12345678901234567890123",
                                                          "\"\"",
                                                          "\"x\"",
                                                          "\"assistant\"",
                                                          "\"user\"",
                                                          "\"function\"",
                                                          "\"text\"",
                                                          "\"\\u00e9\"",
                                                          "\"\\ud83d\\ude00\"",
                                                          "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                                          "\"\xE4\xBD\xA0\xE5\xA5\xBD\"",
                                                          "\"\\u0061ssistant\"",
                                                          "[]",
                                                          "{}",
                                                          "[[]]",
                                                          "{\"a\":{}}",
                                                          "01",
                                                          "1.",
                                                          "-",
                                                          "+1",
                                                          ".5",
                                                          "1e",
                                                          "tru",
                                                          "nulll",
                                                          "NaN",
                                                          "\"\\x\"",
                                                          "\"\\ud83d\"",
                                                          "\"\\udc00\"",
                                                          "\"\\u12g4\"",
                                                          "\"\t\"",
                                                          "\"",
                                                          "'x'",
                                                          "\xC0\x80",
                                                          "\"\xFF\"",
                                                          "\"\xED\xA0\x80\"",
                                                          ""});
constexpr std::size_t good_scalars = 27;

constexpr auto texts =
    std::to_array<std::string_view>({"Hello", "", "caf\\u00e9", "\\ud83d\\ude00",
                                     "a \\\"quoted\\\" word\\n", "\xE4\xBD\xA0", "{\\\"a\\\":1}"});
constexpr auto roles = std::to_array<std::string_view>(
    {"user", "assistant", "system", "developer", "tool", "function", "robot", "use\\u0072"});
constexpr auto names = std::to_array<std::string_view>(
    {"get_weather", "a-b_C9", "", "has space", "\\u0061",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"});

// What a file is wont to have between its bytes, and what it should not.
constexpr auto bits = std::to_array<std::string_view>(
    {"\n",   "\r\n", "\r",       " ",    "\t",           "{",    "}",
     "[",    "]",    ",",        ":",    "\"",           "\\",   "0",
     "-",    "e",    ".",        "x",    "\xEF\xBB\xBF", "\xFF", "\x80",
     "\x01", "\f",   "\xC2\xA0", "null", "{}",           "\\u",  "/"});

class Generator {
 public:
  explicit Generator(Choices& choices) : choices_(choices) {}

  std::string file(std::size_t records_max) {
    const std::size_t format = choices_.below(6);
    const std::size_t records = 1 + choices_.below(records_max);
    std::string out;
    if (choices_.once_in(24)) out += "\xEF\xBB\xBF";
    for (std::size_t count = 0; count < records; ++count) {
      Made made = record(choices_.once_in(16) ? choices_.below(6) : format);
      const std::size_t faults = choices_.once_in(2) ? choices_.below(3) : 0;
      for (std::size_t fault = 0; fault < faults; ++fault) spoil(made);
      write(out, made);
      if (count + 1 < records || !choices_.once_in(3)) out += choices_.once_in(6) ? "\r\n" : "\n";
      if (choices_.once_in(20)) out += choices_.once_in(2) ? " \r\n" : "\n";
    }
    const std::size_t cuts = choices_.once_in(4) ? 1 + choices_.below(3) : 0;
    for (std::size_t cut = 0; cut < cuts; ++cut) spoil_bytes(out);
    return out;
  }

 private:
  Made record(std::size_t format) {
    switch (format) {
      case 0:
        return chat();
      case 1:
        return object({{"prompt", text()}, {"completion", text()}});
      case 2:
        return preference();
      case 3:
        return graded();
      case 4:
        return request();
      default:
        return object({{"item", object({{"question", text()}, {"answer", scalar("42")}})}});
    }
  }

  Made chat() {
    Made made = object({{"messages", messages()}});
    if (choices_.once_in(4)) made.members.emplace_back("tools", tools());
    if (choices_.once_in(6)) made.members.emplace_back("parallel_tool_calls", scalar("true"));
    if (choices_.once_in(8)) made.members.emplace_back("functions", array({function()}));
    return made;
  }

  Made preference() {
    Made made = object({{"input", object({{"messages", messages()}})},
                        {"preferred_output", array({message("assistant")})},
                        {"non_preferred_output", array({message("assistant")})}});
    if (choices_.once_in(4)) made.members[0].value.members.emplace_back("tools", tools());
    if (choices_.once_in(4)) made.members[1].value.members.emplace_back("", message("assistant"));
    return made;
  }

  Made graded() {
    Made made = object({{"messages", array({message("developer"), message("user")})}});
    if (choices_.once_in(2)) made.members.emplace_back("expected", text());
    return made;
  }

  Made request() {
    constexpr auto urls = std::to_array<std::string_view>(
        {"/v1/chat/completions", "/v1/embeddings", "/v1/responses", "/v1/nothing", ""});
    constexpr auto models = std::to_array<std::string_view>({"m", "gpt-4o", "", "\\u006d"});
    const bool differs = choices_.once_in(6);
    const std::string id = "request-" + std::to_string(choices_.below(40));
    Made body = object(
        {{"model", string(differs ? choices_.one_of(models) : "m")}, {"messages", messages()}});
    if (choices_.once_in(6)) body.members.emplace_back("stream", scalar(choices_.one_of(scalars)));
    return object({{"custom_id", string(id)},
                   {"method", string("POST")},
                   {"url", string(differs ? choices_.one_of(urls) : urls[0])},
                   {"body", body}});
  }

  Made text() { return string(choices_.one_of(texts)); }

  Made messages() {
    std::vector<Made> made;
    const std::size_t count = choices_.below(4);
    for (std::size_t i = 0; i < count; ++i) made.push_back(message(choices_.one_of(roles)));
    if (!choices_.once_in(6)) made.push_back(message("assistant"));
    return array(made);
  }

  Made message(std::string_view role) {
    Made made = object({{"role", string(role)}, {"content", content(role)}});
    const bool is_assistant = role == "assistant";
    if (role == "tool") made.members.emplace_back("tool_call_id", string("call_1"));
    if (role == "function") made.members.emplace_back("name", string("f"));
    if (is_assistant && choices_.once_in(4)) made.members.emplace_back("tool_calls", calls());
    if (is_assistant && choices_.once_in(8)) made.members.emplace_back("function_call", call());
    if (is_assistant && choices_.once_in(8)) made.members.emplace_back("refusal", text());
    if (is_assistant && choices_.once_in(6)) {
      made.members.emplace_back("weight", scalar(choices_.once_in(2) ? "0" : "1"));
    }
    if (choices_.once_in(8)) made.members.emplace_back("name", text());
    if (choices_.once_in(8)) std::ranges::reverse(made.members);
    return made;
  }

  Made content(std::string_view role) {
    switch (choices_.below(6)) {
      case 4:
        return scalar("null");
      case 5:
        return parts(role);
      default:
        return text();
    }
  }

  Made parts(std::string_view role) {
    constexpr auto detail = std::to_array<std::string_view>({"auto", "low", "high", "ultra"});
    std::vector<Made> made;
    const std::size_t count = choices_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      made.push_back(object({{"type", string("text")}, {"text", text()}}));
    }
    if (role == "user" || choices_.once_in(6)) {
      Made image = object({{"url", string("https://example.com/a.png")}});
      if (choices_.once_in(2))
        image.members.emplace_back("detail", string(choices_.one_of(detail)));
      made.push_back(object({{"type", string("image_url")}, {"image_url", image}}));
    } else if (choices_.once_in(2)) {
      made.push_back(object({{"refusal", text()}, {"type", string("refusal")}}));
    }
    return array(made);
  }

  Made call() { return object({{"name", string("f")}, {"arguments", string("{}")}}); }

  Made calls() {
    return array(
        {object({{"id", string("c")}, {"type", string("function")}, {"function", call()}})});
  }

  Made function() {
    return object({{"name", string(choices_.one_of(names))},
                   {"description", text()},
                   {"parameters", object({{"type", string("object")}})},
                   {"strict", scalar(choices_.once_in(2) ? "null" : "true")}});
  }

  Made tools() { return array({object({{"type", string("function")}, {"function", function()}})}); }

  // Somewhere in the tree, deeper down less often.
  Made& place_in(Made& made) {
    Made* place = &made;
    while (!place->members.empty() && !choices_.once_in(4)) {
      place = &place->members[choices_.below(place->members.size())].value;
    }
    return *place;
  }

  void spoil(Made& record) {
    Made& made = place_in(record);
    const bool is_scalar = made.members.empty();
    const std::size_t place = is_scalar ? 0 : choices_.below(made.members.size());
    switch (is_scalar ? 5 : choices_.below(8)) {
      case 0:
        made.members.erase(made.members.begin() + static_cast<std::ptrdiff_t>(place));
        break;
      case 1:
        made.members.push_back(made.members[place]);
        break;
      case 2:
        made.members[place].key = choices_.one_of(keys);
        break;
      case 3:
        made.members.emplace_back(std::string(choices_.one_of(keys)),
                                  scalar(choices_.one_of(scalars)));
        break;
      case 4:
        std::swap(made.members[place], made.members.front());
        break;
      case 5:
        made =
            scalar(scalars.at(choices_.below(choices_.once_in(3) ? scalars.size() : good_scalars)));
        break;
      case 6:
        made = choices_.once_in(2) ? unusual() : made.members[place].value;
        break;
      default:
        made = array({made});
        break;
    }
  }

  Made unusual() { return choices_.once_in(2) ? wide() : deep(); }

  // More keys than are compared one by one, some of them twice.
  Made wide() {
    Made made = object({});
    const std::size_t count = 12 + choices_.below(12);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t number = choices_.once_in(12) ? choices_.below(count) : i;
      made.members.emplace_back("k" + std::to_string(number), scalar("{\"k1\":{},\"k2\":0}"));
    }
    return made;
  }

  // About as many levels as there may be.
  Made deep() {
    std::string text;
    const std::size_t levels = 248 + choices_.below(10);
    for (std::size_t level = 0; level < levels; ++level) text += '[';
    if (!choices_.once_in(4)) text += std::string(levels, ']');
    return scalar(text);
  }

  void spoil_bytes(std::string& file) {
    if (file.empty()) return;
    // One byte of a fuzzer's input does not reach every place.
    const std::size_t place = (choices_.below(256) * 256 + choices_.below(256)) % file.size();
    switch (choices_.below(4)) {
      case 0:
        file.erase(place, 1 + choices_.below(8));
        break;
      case 1:
        file.insert(place, choices_.one_of(bits));
        break;
      case 2:
        file[place] = static_cast<char>(choices_.below(256));
        break;
      default:
        file.resize(place);
        break;
    }
  }

  void white_space(std::string& out) {
    constexpr auto spaces = std::to_array<std::string_view>({" ", "  ", "\t", "\r"});
    if (choices_.once_in(12)) out += choices_.one_of(spaces);
  }

  void write_key(std::string& out, std::string_view key) {
    out += '"';
    if (!key.empty() && key.front() < '\x7F' && choices_.once_in(40)) {
      constexpr std::string_view digits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(key.front());
      if (byte < 0x80U) {
        out += std::string("\\u00") + digits[byte / 16U] + digits[byte % 16U];
        key.remove_prefix(1);
      }
    }
    out += std::string(key) + '"';
  }

  void write(std::string& out, const Made& made) {
    if (made.kind == Made::Kind::scalar) {
      out += made.text;
      return white_space(out);
    }
    const bool is_object = made.kind == Made::Kind::object;
    out += is_object ? '{' : '[';
    white_space(out);
    for (std::size_t i = 0; i < made.members.size(); ++i) {
      if (i > 0) out += ',';
      white_space(out);
      if (is_object) {
        write_key(out, made.members[i].key);
        white_space(out);
        out += ':';
        white_space(out);
      }
      write(out, made.members[i].value);
    }
    out += is_object ? '}' : ']';
  }

  Choices& choices_;
};

}  // namespace

std::string generate_file(Choices& choices, std::size_t records_max) {
  return Generator(choices).file(records_max);
}

}  // namespace argot::testing
