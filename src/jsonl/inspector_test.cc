#include "jsonl/inspector.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "jsonl/inspection_fixture.h"
#include "tests/support/recut.h"

namespace argot::jsonl {
namespace {

using argot::testing::expect_same_however_cut;
using argot::testing::Play;

Report inspected_however_cut(std::string_view file, const InspectorOptions& options = {}) {
  const Report report = inspected(file, options);
  EXPECT_EQ(report.bytes, file.size());
  EXPECT_EQ(report.is_utf8, is_utf8(file));
  expect_same_however_cut(file, [&](const Play& play) {
    SharedMemory shared;
    Inspector inspector(shared, options);
    EXPECT_TRUE(play(inspector));
    return text_of(inspector.report());
  });
  return report;
}

// Of a file whose records may be of any shape.
InspectorOptions any_shape() { return {.expectation = {.formats = {}, .fallback = {}}}; }

constexpr std::string_view broken = "This line is not parseable as valid JSON. Expected ";

struct LineCase {
  std::string_view name;
  std::string_view line;
  std::size_t column;
  std::string_view words;  // behind `broken`
};

TEST(Inspector, TellsWhereALineIsBroken) {
  const std::vector<LineCase> cases = {
      {"cut object", R"({"a":1)", 7, "',' or '}', but got the end of the line."},
      {"cut string", R"({"a":"b)", 8, "'\"' at the end of a string, but got the end of the line."},
      {"cut literal", R"({"a":tru})", 9, "true, false or null, but got '}'."},
      {"cut null", R"({"a":nul)", 9, "true, false or null, but got the end of the line."},
      {"leading zero", R"({"a":01})", 7, "',' or '}', but got '1'."},
      {"minus alone", R"({"a":-})", 7, "a digit, but got '}'."},
      {"no fraction", R"({"a":1.})", 8, "a digit, but got '}'."},
      {"no exponent", R"({"a":1e})", 8, "a digit, but got '}'."},
      {"no first comma", R"({"a":1 "b":2})", 8, "',' or '}', but got '\"'."},
      {"comma before an end", R"({"a":1,})", 8, "a key in double quotes, but got '}'."},
      {"two commas", R"({"a":1,,"b":2})", 8, "a key in double quotes, but got ','."},
      {"leading comma", R"({,"a":1})", 2, "a key in double quotes or '}', but got ','."},
      {"comma in an array", R"({"a":[1,]})", 9, "a value, but got ']'."},
      {"garbage behind", R"({"a":1} x)", 9, "the end of the line, but got 'x'."},
      {"brace behind", R"({"a":1}})", 8, "the end of the line, but got '}'."},
      {"two objects", R"({"a":1}{"b":2})", 8, "the end of the line, but got '{'."},
      {"two objects apart", R"({"a":1} {"b":2})", 9, "the end of the line, but got '{'."},
      {"comma behind", R"({"a":1},)", 8, "the end of the line, but got ','."},
      {"single quotes", R"({'a':1})", 2, "a key in double quotes or '}', but got '''."},
      {"wrong bracket", R"({"a":[1})", 8, "',' or ']', but got '}'."},
      {"string before a colon", R"({"a":"b":1}})", 9, "',' or '}', but got ':'."},
      {"lone high surrogate", R"({"a":"\ud83d"})", 13,
       "the escape of a low surrogate, but got '\"'."},
      {"lone low surrogate", R"({"a":"\ude00"})", 12,
       "four hexadecimal digits, a low surrogate only after a high one, but got '0'."},
      {"bad escape in a key", R"({"\x":1})", 4,
       "one of \"\\/bfnrtu after a backslash, but got 'x'."},
      {"NUL", std::string_view("{\"a\":1\0}", 8), 7, "',' or '}', but got the byte 0x00."},
      {"NUL in a string", std::string_view("{\"a\0\":1}", 8), 4,
       "'\"' at the end of a string, but got the byte 0x00."},
      {"tab in a string", "{\"a\":\"\t\"}", 7,
       "'\"' at the end of a string, but got the byte 0x09."},
      {"byte order mark", "\xEF\xBB\xBF{}", 1, "a value, but got the byte 0xef."},
      {"a word", "hello", 1, "a value, but got 'h'."},
      {"a header of CSV", "prompt,completion", 1, "a value, but got 'p'."},
      {"an array that is cut", "[1,2", 5, "',' or ']', but got the end of the line."},
      {"two numbers", "1 2", 3, "the end of the line, but got '2'."}};
  for (const LineCase& each : cases) {
    SCOPED_TRACE(each.name);
    for (const std::string_view ending : {"\n", "\r\n", ""}) {
      const std::string file = "{\"a\":0}\n" + std::string(each.line) + std::string(ending);
      const Report report = inspected_however_cut(file, any_shape());
      const std::string at =
          "2:" + std::to_string(each.column) + " @" + std::to_string(8 + each.column - 1) + " [] ";
      EXPECT_EQ(
          texts_of(report.problems.kept()),
          (Texts{"error invalid_json_line " + at + std::string(broken) + std::string(each.words)}));
      EXPECT_EQ(report.records, 2U);
      EXPECT_EQ(report.first_record, FirstRecord::object);
    }
  }
}

TEST(Inspector, TellsWhatStandsInPlaceOfAnObject) {
  const auto problem = [](std::string_view line) {
    return texts_of(inspected_however_cut(line, any_shape()).problems.kept()).at(0);
  };
  const std::string expected = "Expected a JSON object, but got ";
  EXPECT_EQ(problem("[{}]"), "error data_type 1:1 @0 [] " + expected + "an array.");
  EXPECT_EQ(problem("  \"a\" \n"), "error data_type 1:3 @2 [] " + expected + "a string.");
  EXPECT_EQ(problem("\n-1.5e3"),
            "warning blank_line 1:1 @0 [] Expected a record, but the line is "
            "blank.");
  EXPECT_EQ(problem("-1.5e3"), "error data_type 1:1 @0 [] " + expected + "a number.");
  EXPECT_EQ(problem("7"), "error data_type 1:1 @0 [] " + expected + "a number.");
  EXPECT_EQ(problem("true"), "error data_type 1:1 @0 [] " + expected + "a boolean.");
  EXPECT_EQ(problem("false"), "error data_type 1:1 @0 [] " + expected + "a boolean.");
  EXPECT_EQ(problem("null"), "error data_type 1:1 @0 [] " + expected + "null.");
}

TEST(Inspector, TellsWhichByteIsNoUtf8) {
  struct Case {
    std::string_view line;
    std::size_t column;
    std::string_view byte;
  };
  for (const Case& each :
       {Case{"{\"a\":\"\xC0\xAF\"}", 7, "c0"}, Case{"{\"a\":\"\xED\xA0\x80\"}", 7, "ed"},
        Case{"{\"a\":\"\xF4\x90\x80\x80\"}", 7, "f4"}, Case{"{\"a\":\"\xE4\xBD\"}", 7, "e4"},
        Case{"{\"\xC3\xA9\":\"\xE4\xBD", 8, "e4"}, Case{"{broken \x80", 9, "80"},
        Case{"\xFF\xFE", 1, "ff"}}) {
    const Report report =
        inspected_however_cut("{}\n" + std::string(each.line) + "\n{}", any_shape());
    EXPECT_EQ(texts_of(report.problems.kept()),
              (Texts{"error invalid_utf8 2:" + std::to_string(each.column) + " @" +
                     std::to_string(3 + each.column - 1) +
                     " [] This line is not UTF-8. Expected UTF-8, but got the byte 0x" +
                     std::string(each.byte) + "."}));
    EXPECT_FALSE(report.is_utf8);
  }
}

TEST(Inspector, ACharacterCutByALineEndIsNoUtf8) {
  const Report report = inspected_however_cut("{\"a\":\"\xE4\xBD\n\xA0\"}", any_shape());
  EXPECT_FALSE(report.is_utf8);
  EXPECT_EQ(report.problems.count_by_code().at("invalid_utf8"), 2U);
}

TEST(Inspector, TakesEveryLineEnding) {
  for (const std::string_view file :
       {"{}\n{}\n", "{}\r\n{}\r\n", "{}\n{}", "{}\r\n{}", "{}\r\n{}\r", " {} \n\t{}\t\r\n"}) {
    const Report report = inspected_however_cut(file, any_shape());
    EXPECT_EQ(report.problems.count(), 0U) << file;
    EXPECT_EQ(report.records, 2U) << file;
  }
}

TEST(Inspector, WarnsOfBlankLinesAndCountsThemAsNoRecords) {
  const Report report = inspected_however_cut("{}\n\n \t\r\n{}\n\r\n   ", any_shape());
  const std::string words = " [] Expected a record, but the line is blank.";
  EXPECT_EQ(texts_of(report.problems.kept()),
            (Texts{"warning blank_line 2:1 @3" + words, "warning blank_line 3:1 @4" + words,
                   "warning blank_line 5:1 @11" + words, "warning blank_line 6:1 @13" + words}));
  EXPECT_EQ(report.records, 2U);
  EXPECT_EQ(report.problems.error_count(), 0U);
  EXPECT_EQ(report.statistics.record_bytes.count(), 2U);
}

TEST(Inspector, WarnsOfAByteOrderMark) {
  const std::string words =
      "warning byte_order_mark 1:1 @0 [] The file begins with a byte order mark, which not every "
      "reader of JSON takes.";
  const Report good = inspected_however_cut("\xEF\xBB\xBF{}\n", any_shape());
  EXPECT_EQ(texts_of(good.problems.kept()), (Texts{words}));
  EXPECT_EQ(good.first_record, FirstRecord::object);
  const Report bad = inspected_however_cut("\xEF\xBB\xBF{\"a\":1,\"a\":2}\n{x}", any_shape());
  EXPECT_EQ(texts_of(bad.problems.kept()),
            (Texts{words,
                   "error duplicate_key 1:12 @11 [/a] Expected each key once, but 'a' comes again.",
                   "error invalid_json_line 2:2 @18 [] " + std::string(broken) +
                       "a key in double quotes or '}', but got 'x'."}));
  const Report broken_behind = inspected_however_cut("\xEF\xBB\xBF{x}", any_shape());
  EXPECT_EQ(broken_behind.problems.kept().at(1).column, 5U);
  EXPECT_EQ(broken_behind.problems.kept().at(1).offset, 4U);
}

TEST(Inspector, AMarkWithNothingBehindItIsABlankLine) {
  const Report report = inspected_however_cut("\xEF\xBB\xBF", any_shape());
  EXPECT_EQ(report.records, 0U);
  EXPECT_EQ(report.problems.count_by_code().at("byte_order_mark"), 1U);
  EXPECT_EQ(report.problems.count_by_code().at("blank_line"), 1U);
  EXPECT_EQ(report.problems.count_by_code().at("empty_file"), 1U);
}

TEST(Inspector, AFileWithoutRecordsIsEmpty) {
  const std::string words =
      "error empty_file 0:0 @0 [] Expected at least one record, but the file has none.";
  EXPECT_EQ(texts_of(inspected_however_cut("").problems.kept()), (Texts{words}));
  const Report blank = inspected_however_cut("\n \n");
  EXPECT_EQ(texts_of(blank.problems.kept()).at(2), words);
  EXPECT_EQ(blank.first_record, FirstRecord::none);
  EXPECT_EQ(blank.format, std::nullopt);
}

TEST(Inspector, LinesHaveABound) {
  InspectorOptions options = any_shape();
  options.line_bytes_max = 20;
  const std::string most = R"({"a":"0123456789ab"})";
  ASSERT_EQ(most.size(), 20U);
  EXPECT_EQ(inspected_however_cut(most + "\r\n" + most + "\n" + most, options).problems.count(),
            0U);
  const Report report = inspected_however_cut("{}\n" + most + " \r\n" + most + "   \n{x}", options);
  const std::string words = "Expected a line of at most 20 bytes, but this one has ";
  EXPECT_EQ(texts_of(report.problems.kept()),
            (Texts{"error line_too_long 2:1 @3 [] " + words + "21 bytes.",
                   "error line_too_long 3:1 @26 [] " + words + "23 bytes.",
                   "error invalid_json_line 4:2 @51 [] " + std::string(broken) +
                       "a key in double quotes or '}', but got 'x'."}));
  EXPECT_EQ(report.records, 4U);
  EXPECT_EQ(report.statistics.record_bytes.max(), 23U);
  EXPECT_EQ(report.statistics.record_bytes.total(), 49U);
  const Report first = inspected_however_cut(most + " ", options);
  EXPECT_EQ(first.first_record, FirstRecord::other);
  EXPECT_FALSE(inspected_however_cut(std::string(30, 'x') + "\xFF", options).is_utf8);
}

TEST(Inspector, AKnownPatternMakesNoLineShorter) {
  InspectorOptions options = any_shape();
  options.line_bytes_max = 20;
  std::string known;
  for (int line = 0; line < 20; ++line) known += "{\"a\":\"known\"}\n";
  const std::string long_line = R"({"a":"known, but longer"})"
                                "\n";
  const Report report = inspected_however_cut(known + long_line + known + long_line, options);
  EXPECT_EQ(report.records, 42U);
  EXPECT_EQ(report.problems.count_by_code().at("line_too_long"), 2U);
  EXPECT_EQ(report.problems.count(), 2U);
  // A line that is carried comes after known ones, and is longer than a chunk.
  SharedMemory shared;
  Inspector inspector(shared, options);
  for (const std::string& chunk : {known, std::string(30, 'x'), "\n" + known}) {
    ASSERT_TRUE(inspector.write(as_bytes(chunk)));
  }
  ASSERT_TRUE(inspector.finish());
  EXPECT_EQ(inspector.report().problems.count_by_code().at("line_too_long"), 1U);
  EXPECT_EQ(inspector.report().statistics.record_bytes.max(), 30U);
}

TEST(Inspector, ALineMayHaveSixteenMebibytes) {
  const std::string most = R"({"a":")" + std::string(16_MiB - 8, 'x') + "\"}";
  ASSERT_EQ(most.size(), 16_MiB);
  EXPECT_EQ(inspected(most + "\r\n{}", any_shape()).problems.count(), 0U);
  const Report report = inspected(most + " \n{}", any_shape());
  EXPECT_EQ(texts_of(report.problems.kept()),
            (Texts{"error line_too_long 1:1 @0 [] Expected a line of at most 16 MB, but this one "
                   "has 16777217 bytes."}));
  EXPECT_EQ(report.records, 2U);
}

TEST(Inspector, TellsLevelsAndKeysThatAreTooMany) {
  std::string deep = R"({"a":)" + std::string(256, '[') + std::string(256, ']') + "}";
  Report report = inspected_however_cut("{}\n" + deep + "\n", any_shape());
  EXPECT_EQ(
      texts_of(report.problems.kept()),
      (Texts{"error too_deep 2:261 @263 [] This line is nested too deep. Expected at most 256 "
             "levels, but got one more."}));
  std::string keys = "{\"a\":0";
  for (int i = 0; i < 65'536; ++i) keys += ",\"" + std::to_string(i) + "\":0";
  report = inspected(keys + "}\n{\"a\":1,\"a\":1}", any_shape());
  EXPECT_EQ(report.first_record, FirstRecord::object);
  ASSERT_EQ(report.problems.count(), 2U);
  EXPECT_EQ(report.problems.kept().at(0).code, "too_many_keys");
  EXPECT_EQ(report.problems.kept().at(1).code, "duplicate_key");
}

TEST(Inspector, TheProblemsOfABrokenRecordDoNotStand) {
  const Report report = inspected_however_cut(R"({"a":1,"a":2,"messages":[{"role":"bot"}],"b")"
                                              "\n"
                                              R"({"messages":[{"role":1}],)",
                                              forced(Format::chat));
  EXPECT_EQ(report.problems.count(), 2U);
  EXPECT_EQ(report.problems.count_by_code().at("invalid_json_line"), 2U);
  EXPECT_EQ(report.statistics.messages.roles, MessageCounts().roles);
  EXPECT_EQ(report.first_record, FirstRecord::other);
}

TEST(Inspector, TheFirstGoodRecordTellsTheFormat) {
  const auto format_of = [](std::string_view file) { return inspected_however_cut(file).format; };
  EXPECT_EQ(format_of(R"({"messages":[{"role":"assistant"}]})"), Format::chat);
  EXPECT_EQ(format_of(R"({"messages":[{"role":"user"}]})"), Format::reinforcement);
  EXPECT_EQ(format_of(R"({"m\u0065ssages":[{"r\u006fle":"\u0075ser"}]})"), Format::reinforcement);
  EXPECT_EQ(format_of(R"({"messages":{"role":"user"}})"), Format::chat);
  EXPECT_EQ(format_of(R"({"messages":[1,{"role":2},{"x":"user"}]})"), Format::chat);
  EXPECT_EQ(format_of(R"({"messages":[{"role":"user"},{"role":"assistant"},{"role":"user"}]})"),
            Format::chat);
  EXPECT_EQ(format_of(R"({"prompt":1,"completion":2})"), Format::completions);
  EXPECT_EQ(format_of(R"({"input":1})"), Format::preference);
  EXPECT_EQ(format_of(R"({"\u0069tem":1})"), Format::evals);
  EXPECT_EQ(format_of(R"({"x":{"custom_id":1}})"), std::nullopt);
  EXPECT_EQ(format_of("{}"), std::nullopt);
  EXPECT_EQ(format_of("[1]"), std::nullopt);
  EXPECT_EQ(format_of("\n{\"item\":\n[]\n{\"item\":1}\n{\"prompt\":1}"), Format::evals);
}

TEST(Inspector, AnUnwantedFormatIsReportedOnce) {
  const InspectorOptions options{.expectation = {.formats = {Format::chat, Format::completions}}};
  const Report report = inspected_however_cut(
      "\n"
      R"({"item":1})"
      "\n"
      R"({"item":1,"item":1})"
      "\n",
      options);
  EXPECT_EQ(report.format, Format::evals);
  EXPECT_EQ(texts_of(report.problems.kept()).at(1),
            "error wrong_format 2:1 @1 [] Expected a chat example or a prompt with its completion, "
            "but got an evaluation item.");
  EXPECT_EQ(report.problems.count(), 3U);
  EXPECT_EQ(report.problems.kept().at(2).code, "duplicate_key");
}

TEST(Inspector, AForcedFormatAsksNoRecord) {
  const Report report = inspected_however_cut(R"({"item":{}})", forced(Format::batch));
  EXPECT_EQ(report.format, Format::batch);
  EXPECT_EQ(report.problems.count_by_code().at("missing_required_parameter"), 4U);
}

TEST(Inspector, AFallbackTakesWhatLooksLikeNothing) {
  const InspectorOptions options{
      .expectation = {.formats = {Format::chat}, .fallback = Format::chat}};
  const Report report = inspected_however_cut(R"({"x":1})", options);
  EXPECT_EQ(report.format, Format::chat);
  EXPECT_EQ(report.problems.count_by_code().at("missing_messages_list"), 1U);
  const InspectorOptions without{.expectation = {.formats = {Format::chat}}};
  EXPECT_EQ(inspected_however_cut(R"({"x":1})", without).problems.count(), 0U);
}

TEST(Inspector, StopsAtAFirstRecordThatIsNoObject) {
  const InspectorOptions options{.stops_unless_object = true, .line_bytes_max = 200};
  for (const std::string& first :
       {std::string("[1]"), std::string("{x"), std::string("\xFF"), std::string(300, ' ')}) {
    const std::string file = "\n" + first + "\n{}\n{x\n" + std::string(100, 'y');
    const Report report = inspected_however_cut(file, options);
    EXPECT_EQ(report.first_record, FirstRecord::other);
    EXPECT_EQ(report.records, 1U);
    EXPECT_EQ(report.problems.error_count(), 1U);
  }
  const Report good = inspected_however_cut("{}\n[1]\n{}\n", options);
  EXPECT_EQ(good.records, 3U);
}

TEST(Inspector, LooksForUtf8AlsoBehindAStop) {
  const InspectorOptions options{.stops_unless_object = true};
  EXPECT_FALSE(inspected_however_cut("[1]\n{}\n\xE4\xBD", options).is_utf8);
  EXPECT_FALSE(inspected_however_cut("[1]\n{}\n\xFF\n" + std::string(200, 'x'), options).is_utf8);
  EXPECT_TRUE(inspected_however_cut("[1]\n{}\n\xE4\xBD\xA0\n", options).is_utf8);
}

// Files of every format, good and bad, that hold what else can go wrong between their records.
std::string file_of(std::string_view good, std::string_view bad) {
  std::string file = "\xEF\xBB\xBF";
  for (int i = 0; i < 3; ++i) {
    file += std::string(good) + "\r\n" + std::string(bad) +
            "\n\n[1]\n{\"a\":\"\xFF\"}\n{\"a\":1,\"a\":[2]}\n";
    file += std::string(good) + " x\n" + std::string(100, ' ') + "\n";
  }
  return file + std::string(good);
}

TEST(Inspector, ReportsAreTheSameHoweverAFileIsCut) {
  struct Case {
    Format format;
    std::string_view good;
    std::string_view bad;
  };
  const std::vector<Case> cases = {
      {Format::chat,
       R"({"messages":[{"content":"\"x\\","role":"user"},{"role":"assistant","content":"a"}]})",
       R"({"messages":[{"content":[{"text":1,"type":"text"}],"role":"user","weight":1}],"x":{}})"},
      {Format::completions, R"({"prompt":"p","completion":"c"})", R"({"completion":1})"},
      {Format::preference,
       R"({"input":{"messages":[{"role":"user","content":"u"}]},)"
       R"("preferred_output":[{"role":"assistant","content":"p"}],)"
       R"("non_preferred_output":[{"role":"assistant","content":"n"}]})",
       R"({"input":{"messages":[]},"preferred_output":[{"content":"p"},{}]})"},
      {Format::reinforcement, R"({"messages":[{"role":"user","content":"u"}],"answer":1})",
       R"({"messages":[{"role":"system","content":"u"}]})"},
      {Format::batch,
       R"({"custom_id":"a","method":"POST","url":"/v1/videos","body":{"model":"m"}})",
       R"({"custom_id":"a","method":"GET","url":"/v1/embeddings","body":{"model":"n",)"
       R"("stream":true}})"},
      {Format::evals, R"({"item":{"a":"b"},"sample":{}})", R"({"item":[],"sample":1})"}};
  for (const Case& each : cases) {
    SCOPED_TRACE(text_of(each.format));
    InspectorOptions options;
    options.line_bytes_max = 400;
    const Report report = inspected_however_cut(file_of(each.good, each.bad), options);
    EXPECT_EQ(report.format, each.format);
    EXPECT_EQ(report.records, 19U);
    EXPECT_GE(report.problems.error_count(), 15U);
    inspected_however_cut(file_of(each.bad, each.good), options);
  }
}

TEST(Inspector, MayBeDestroyedBeforeItsEnd) {
  SharedMemory shared;
  Inspector inspector(shared, {});
  ASSERT_TRUE(inspector.write(as_bytes("{\"a\":")));
}

TEST(InspectorDeathTest, HasAReportOnlyAtItsEnd) {
  SharedMemory shared;
  Inspector inspector(shared, {});
  EXPECT_DEATH(inspector.report(), "is_finished_");
  EXPECT_DEATH(inspector.answers({}), "is_finished_");
  ASSERT_TRUE(inspector.finish());
  EXPECT_DEATH(static_cast<void>(inspector.write({})), "is_finished_");
  EXPECT_DEATH(static_cast<void>(inspector.finish()), "is_finished_");
}

}  // namespace
}  // namespace argot::jsonl
