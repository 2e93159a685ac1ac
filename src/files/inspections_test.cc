#include "files/inspections.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "tests/support/fakes.h"

namespace argot::files {
namespace {

using policy::Purpose;

class InspectionsTest : public ::testing::Test {
 protected:
  std::unique_ptr<blob::StagedBlob> staged(const std::string& content) {
    auto blob = faulty_.stage().value();
    EXPECT_TRUE(blob->write(as_bytes(content)));
    EXPECT_TRUE(blob->finish());
    return blob;
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_;
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  Inspections inspections_;
};

const policy::ObserverOptions batch = {.purpose = Purpose::batch, .format = {}};

std::string long_line(std::size_t bytes) {
  const std::string start = R"({"custom_id":")";
  const std::string end = R"(","method":"POST","url":"/v1/embeddings","body":{"model":"m"}})";
  return start + std::string(bytes - start.size() - end.size(), 'x') + end;
}

TEST_F(InspectionsTest, ASecondLookSeesWhatAFirstOneWould) {
  std::string content;
  for (int line = 0; line < 20'000; ++line) {
    content += R"({"custom_id":")" + std::to_string(line % 19'000) +
               R"(","method":"POST","url":"/v1/embeddings","body":{"model":"m"}})" + "\n";
  }
  auto first = inspections_.observe(batch);
  ASSERT_TRUE(first->write(as_bytes(content)));
  ASSERT_TRUE(first->finish());
  const auto blob = staged(content);
  const auto again = inspections_.observe_again(*blob, content.size(), batch);
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)->answers(Purpose::batch));
  EXPECT_EQ(encode((*again)->report(Purpose::batch, "a")),
            encode(first->report(Purpose::batch, "a")));
  EXPECT_EQ((*again)->report(Purpose::batch, "a").problems.count(), 1000U);
}

TEST_F(InspectionsTest, CountsRecordsInTheEncodingOfTheirModel) {
  policy::ObserverOptions counted = batch;
  counted.record_counting.is_wanted = true;
  for (const auto& [model, encoding] : {std::pair("gpt-4o", tokens::Encoding::o200k_base),
                                        std::pair("gpt-4", tokens::Encoding::cl100k_base)}) {
    const std::string content = R"({"custom_id":"1","method":"POST","url":"/v1/completions",)"
                                R"("body":{"model":")" +
                                std::string(model) + R"(","prompt":"Hello, world"}})";
    const auto blob = staged(content);
    auto first = inspections_.observe(counted);
    ASSERT_TRUE(first->write(as_bytes(content)));
    ASSERT_TRUE(first->finish());
    const auto again = inspections_.observe_again(*blob, content.size(), counted);
    ASSERT_TRUE(again);
    const policy::FileReport report = (*again)->report(Purpose::batch, "a");
    EXPECT_EQ(report.record_tokens->encoding, encoding);
    EXPECT_EQ(report.record_tokens->records.total(), 3U);
    EXPECT_EQ(encode(report), encode(first->report(Purpose::batch, "a")));
  }
}

TEST_F(InspectionsTest, NothingIsReadOfAnEmptyFile) {
  const auto blob = staged("");
  const auto again = inspections_.observe_again(*blob, 0, batch);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->report(Purpose::batch, "a").records, 0U);
  EXPECT_EQ(faulty_.calls(blob::FaultyStore::Operation::read), 0U);
}

TEST_F(InspectionsTest, AFailingDiskIsToldAndTheNextOneMayLook) {
  const auto blob = staged("{}\n");
  faulty_.fail_next(blob::FaultyStore::Operation::read, {.code = ErrorCode::internal});
  EXPECT_EQ(inspections_.observe_again(*blob, 3, batch).error().code, ErrorCode::internal);
  EXPECT_TRUE(inspections_.observe_again(*blob, 3, batch));
}

TEST_F(InspectionsTest, WhoFindsTheMemoryOfLongLinesTakenIsAnsweredByASecondLook) {
  const std::string line = long_line(limits::jsonl_line_bytes_max);
  std::vector<std::unique_ptr<policy::FileObserver>> observers;
  std::size_t unanswered = 0;
  for (int i = 0; i < 4; ++i) {
    observers.push_back(inspections_.observe(batch));
    ASSERT_TRUE(observers.back()->write(as_bytes(line)));
  }
  for (const auto& observer : observers) {
    ASSERT_TRUE(observer->finish());
    if (observer->answers(Purpose::batch)) continue;
    ++unanswered;
    const auto blob = staged(line);
    const auto again = inspections_.observe_again(*blob, line.size(), batch);
    ASSERT_TRUE(again);
    EXPECT_TRUE((*again)->answers(Purpose::batch));
    EXPECT_EQ((*again)->report(Purpose::batch, "a").problems.count(), 0U);
  }
  EXPECT_GT(unanswered, 0U);
}

TEST_F(InspectionsTest, SecondLooksOfManyThreadsAllAnswer) {
  const std::string line = long_line(3_MiB);
  std::vector<std::jthread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto blob = staged(line);
      const auto again = inspections_.observe_again(*blob, line.size(), batch);
      answered += again && (*again)->answers(Purpose::batch) ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(answered, 8);
}

}  // namespace
}  // namespace argot::files
