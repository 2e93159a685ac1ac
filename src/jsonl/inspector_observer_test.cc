// What a RecordObserver is shown: the good records and no others, however the Inspector came to
// know that they are good.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "jsonl/inspection_fixture.h"
#include "jsonl/record_observer.h"
#include "tests/support/recut.h"

namespace argot::jsonl {
namespace {

// Writes down what it is shown, and warns of what is called "odd".
class Notes final : public RecordObserver {
 public:
  void see(const GoodRecord& record, json::LineReader& reader, ProblemLog& problems) override {
    text_ += std::to_string(record.place.line) + ":" + std::to_string(record.place.column) + " @" +
             std::to_string(record.place.offset) + " " + std::string(text_of(record.format)) + " " +
             std::string(record.text) + "\n";
    reader.open(record.text);
    const auto root = reader.root();
    ASSERT_TRUE(root);
    reader.each_member(*root, [&](const json::ItemKey& key, const json::Item& value) {
      if (!key.is("custom_id") || !value.between_quotes().starts_with("odd")) return;
      problems.add(Severity::warning, "odd", [&] {
        return Problem{.severity = Severity::warning, .code = "odd", .line = record.place.line};
      });
    });
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string line_of(std::string_view id, std::string_view rest = "") {
  return R"({"custom_id":")" + std::string(id) +
         R"(","method":"POST","url":"/v1/embeddings","body":{"model":"m")" + std::string(rest) +
         "}}";
}

std::string shown(std::string_view file, InspectorOptions options = {}) {
  Notes notes;
  options.observer = &notes;
  inspected(file, options);
  return notes.text();
}

std::vector<std::uint64_t> lines_shown(std::string_view file,
                                       const InspectorOptions& options = {}) {
  const std::string text = shown(file, options);
  std::vector<std::uint64_t> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    lines.push_back(*parse_decimal(std::string_view(text).substr(at, text.find(':', at) - at)));
  }
  return lines;
}

using Lines = std::vector<std::uint64_t>;

TEST(InspectorObserver, SeesEachGoodRecordOnceAndInOrder) {
  const std::string file = line_of("a") + "\n" + line_of("b") + "\r\n\n" + line_of("c");
  EXPECT_EQ(shown(file), "1:1 @0 batch " + line_of("a") + "\n" + "2:1 @" +
                             std::to_string(line_of("a").size() + 1) + " batch " + line_of("b") +
                             "\n" + "4:1 @" + std::to_string(2 * line_of("a").size() + 4) +
                             " batch " + line_of("c") + "\n");
}

TEST(InspectorObserver, SeesWhatIsKnownByItsPatternToo) {
  std::string file;
  for (int i = 0; i < 100; ++i) file += line_of("r" + std::to_string(i)) + "\n";
  EXPECT_EQ(lines_shown(file).size(), 100U);
}

TEST(InspectorObserver, SeesNothingThatIsWrong) {
  const std::string file = line_of("a") + "\n{\n[]\n" + line_of("a") + "\n" +
                           line_of("b", R"(,"stream":true)") + "\n" +
                           line_of("c", R"(,"x":1,"x":2)") + "\n{\"custom_id\":1}\n" +
                           line_of("d") + "\n\xFF\n" + line_of("e") + " x\n" + line_of("f") + "\n";
  EXPECT_EQ(lines_shown(file), (Lines{1, 8, 11}));
}

TEST(InspectorObserver, SeesNothingOfAFileInAnotherFormat) {
  const InspectorOptions chat{
      .expectation = {.formats = {Format::chat}, .fallback = {}, .forced = {}}};
  EXPECT_EQ(shown(line_of("a") + "\n", chat), "");
  const InspectorOptions any{.expectation = {.formats = {}, .fallback = {}, .forced = {}}};
  EXPECT_EQ(shown("{\"a\":1}\n", any), "");
}

TEST(InspectorObserver, SeesAByteOrderMarkInThePlace) {
  EXPECT_EQ(shown("\xEF\xBB\xBF" + line_of("a") + "\n"), "1:4 @3 batch " + line_of("a") + "\n");
}

TEST(InspectorObserver, WarnsWhereTheProblemsOfOtherRecordsStand) {
  Notes notes;
  const std::string file = line_of("odd1") + "\n{}\n" + line_of("odd2") + "\n" + line_of("b") +
                           "\n{}\n" + line_of("odd3") + "\n";
  const Report report = inspected(file, {.observer = &notes});
  std::vector<std::uint64_t> lines;
  for (const Problem& problem : report.problems.kept()) {
    if (problem.code == "odd") lines.push_back(problem.line);
  }
  EXPECT_EQ(lines, (Lines{1, 3, 6}));
  EXPECT_EQ(report.problems.count() - report.problems.error_count(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(report.problems.kept(), {}, &Problem::line));
}

TEST(InspectorObserver, SeesLongLinesAsWell) {
  const std::string input = R"(,"input":")" + std::string(2 * WalkPool::long_line_bytes, 'x') + '"';
  const std::string file =
      line_of("a", input) + "\n" + line_of("b", input) + "\n" + line_of("c") + "\n";
  EXPECT_EQ(lines_shown(file), (Lines{1, 2, 3}));
}

TEST(InspectorObserver, CannotTellHowTheBytesWereCut) {
  const std::string file = line_of("a") + "\r\n{}\n" + line_of("odd") + "\n\n" + line_of("b");
  const std::string whole = shown(file);
  testing::expect_same_however_cut(file, [&](const testing::Play& play) {
    SharedMemory shared;
    Notes notes;
    Inspector inspector(shared, {.observer = &notes});
    EXPECT_TRUE(play(inspector));
    return notes.text() + text_of(inspector.report());
  });
  EXPECT_EQ(lines_shown(file), (Lines{1, 3, 5}));
}

}  // namespace
}  // namespace argot::jsonl
