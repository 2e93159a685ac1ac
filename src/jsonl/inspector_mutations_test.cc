// Records that are good but for a few random changes: two independent readers must agree about
// each, and each problem must have a place that exists.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "json/fault.h"
#include "json/reader.h"
#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

constexpr auto records = std::to_array<std::string_view>(
    {R"({"messages":[{"role":"user","content":[{"type":"text","text":"x"},)"
     R"({"type":"image_url","image_url":{"url":"u","detail":"low"}}]},{"content":null,)"
     R"("role":"assistant","weight":1,"tool_calls":[{"id":"1","type":"function",)"
     R"("function":{"name":"f","arguments":"{\"a\":[1]}"}}]},{"role":"tool",)"
     R"("tool_call_id":"1","content":"\u00e9"}],"tools":[{"type":"function",)"
     R"("function":{"name":"f","parameters":{"type":"object"},"strict":null}}],)"
     R"("parallel_tool_calls":true})",
     R"({"prompt":"a \"b\" \\","completion":" c\n"})",
     R"({"input":{"messages":[{"content":"u","role":"user"}],"tools":[]},)"
     R"("preferred_output":[{"role":"assistant","content":"p"}],)"
     R"("non_preferred_output":[{"content":"n","role":"assistant"}]})",
     R"({"messages":[{"role":"developer","content":"d"},{"content":"u","role":"user"}],)"
     R"("answer":{"x":[1,2.5e3,-0,null]}})",
     R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m",)"
     R"("stream":false,"messages":[{"role":"user","content":"u"}]}})",
     R"({"item":{"a/b":{"~":[true,false]}},"sample":{"c":"\ud83d\ude00"}})"});
static_assert(records.size() == format_count);

std::string mutated(std::string text, std::mt19937& random) {
  constexpr std::string_view bytes = "{}[]:,\"\\ \t\r01-+.eEtfnul/ax\x01\x7F\xC3\xA9\xE4\xFF";
  constexpr auto words =
      std::to_array<std::string_view>({"null", "true", "1", "\"\"", "[]", "{}", R"("role":)",
                                       R"("a":1,)", R"({"role":"bot"})", ","});
  for (std::size_t change = 1 + random() % 3; change > 0 && !text.empty(); --change) {
    const std::size_t at = random() % (text.size() + 1);
    switch (random() % 5) {
      case 0:
        text.insert(at, 1, bytes[random() % bytes.size()]);
        break;
      case 1:
        text.erase(at, 1 + random() % 12);
        break;
      case 2:
        if (at < text.size()) text[at] = bytes[random() % bytes.size()];
        break;
      case 3:
        text.insert(at, words.at(random() % words.size()));
        break;
      default: {
        const std::size_t from = random() % (text.size() + 1);
        text.insert(at, text.substr(from, random() % 30));
        break;
      }
    }
  }
  return text;
}

bool is_of_the_line(std::string_view code) {
  return code == "invalid_json_line" || code == "invalid_utf8" || code == "too_deep" ||
         code == "data_type";
}

// Whether a JSON pointer names something in the record. Of a repeated key it may be any.
bool names_something(std::string_view pointer, const json::Value& record) {
  const json::Value* value = &record;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    std::string reference(pointer.substr(0, pointer.find('/')));
    pointer.remove_prefix(reference.size());
    for (const auto& [escape, letter] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
      for (std::size_t at = 0; (at = reference.find(escape, at)) != std::string::npos; ++at) {
        reference.replace(at, 2, letter);
      }
    }
    if (value->kind() == json::Kind::array) {
      const auto index = parse_decimal(reference);
      if (!index || *index >= value->items().size()) return false;
      value = &value->items()[*index];
    } else {
      const auto members = value->members();
      const auto found = std::ranges::find(members, reference, &json::Member::key);
      if (found == members.end()) return false;
      value = &found->value;
    }
  }
  return true;
}

void expect_places(const Report& report, std::string_view record, std::uint64_t line_offset) {
  const auto value = json::parse(record);
  for (const Problem& problem : report.problems.kept()) {
    if (problem.severity == Severity::warning) continue;
    ASSERT_EQ(problem.line, 2U);
    ASSERT_EQ(problem.offset + 1, line_offset + problem.column) << text_of(problem);
    ASSERT_LE(problem.column, record.size() + 1) << text_of(problem);
    ASSERT_TRUE(is_utf8(problem.message)) << text_of(problem);
    if (value) {
      ASSERT_TRUE(names_something(problem.pointer, *value)) << text_of(problem) << "\n" << record;
    }
  }
}

TEST(InspectorMutations, TheWalkAndFindFaultNeverDisagree) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::size_t good = 0;
  for (int round = 0; round < 12'000; ++round) {
    const std::size_t which = random() % records.size();
    const std::string record = mutated(std::string(records.at(which)), random);
    if (record.contains('\n') || record.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto format = static_cast<Format>(random() % 4 == 0 ? random() % 6 : which);
    const std::string before = round % 2 == 0 ? "\n" : "  \r\n";
    const Report report = inspected(before + record + "\n", forced(format));
    const bool is_object = !json::find_fault(
        record.ends_with('\r') ? record.substr(0, record.size() - 1) : record, json::Root::object);
    std::size_t of_the_line = 0;
    for (const auto& [code, times] : report.problems.count_by_code()) {
      if (is_of_the_line(code)) of_the_line += times;
    }
    ASSERT_EQ(of_the_line, is_object ? 0U : 1U) << record << "\n" << text_of(report);
    ASSERT_EQ(report.first_record, is_object ? FirstRecord::object : FirstRecord::other) << record;
    if (!is_object) {
      ASSERT_EQ(report.problems.error_count(), 1U) << record;
    }
    expect_places(report, record, before.size());
    good += is_object ? 1 : 0;
  }
  EXPECT_GT(good, 1'000U);
}

TEST(InspectorMutations, ReportsAreTheSameWhereverAFileIsCut) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 1'500; ++round) {
    std::string file;
    for (std::size_t lines = 1 + random() % 5; lines > 0; --lines) {
      file += mutated(std::string(records.at(random() % records.size())), random);
      file += random() % 4 == 0 ? "\r\n" : "\n";
    }
    const InspectorOptions options{.line_bytes_max = 100 + random() % 500};
    SharedMemory shared;
    Inspector inspector(shared, options);
    std::string_view rest = file;
    while (!rest.empty()) {
      const std::size_t piece = std::min<std::size_t>(rest.size(), random() % 300);
      // A copy that ends where the piece ends, so that a sanitizer sees any read beyond.
      const std::vector<char> exact(rest.begin(),
                                    rest.begin() + static_cast<std::ptrdiff_t>(piece));
      ASSERT_TRUE(inspector.write(as_bytes({exact.data(), exact.size()})));
      rest.remove_prefix(piece);
    }
    ASSERT_TRUE(inspector.finish());
    ASSERT_EQ(text_of(inspector.report()), text_of(inspected(file, options))) << file;
  }
}

}  // namespace
}  // namespace argot::jsonl
