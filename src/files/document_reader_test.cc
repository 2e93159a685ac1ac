#include "files/document_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "blob/disk_store.h"
#include "blob/faulty_store.h"
#include "catalog/memory_catalog.h"
#include "digest/sha256.h"
#include "documents/test_documents.h"
#include "files/library.h"
#include "policy/file_report.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"
#include "tests/support/watched_log.h"

namespace argot::files {
namespace {

using catalog::FileStatus;
using documents::small_docx;
using ::testing::HasSubstr;

// Over a store of files, because what reads a document reads a descriptor.
class DocumentReaderTest : public ::testing::Test {
 protected:
  DocumentReaderTest() {
    const auto project = catalog_.create_organization("test");
    scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  }

  catalog::File put(const std::string& filename, const std::string& content,
                    policy::Purpose purpose = policy::Purpose::assistants) {
    return put(scope_, filename, content, purpose);
  }
  catalog::File put(const catalog::Scope& scope, const std::string& filename,
                    const std::string& content,
                    policy::Purpose purpose = policy::Purpose::assistants) {
    auto intake = library_.open_intake(scope).value();
    intake->expect_purpose(purpose);
    intake->expect_filename(filename);
    EXPECT_TRUE(intake->write(as_bytes(content)));
    EXPECT_TRUE(intake->finish());
    auto file = intake->commit(
        {.scope = scope, .purpose = purpose, .filename = filename, .expires_after_seconds = {}});
    return std::move(file).value();
  }

  // As a file of two parts, cut in the middle.
  catalog::File put_in_parts(const std::string& filename, const std::string& content,
                             policy::Purpose purpose) {
    const catalog::Upload upload = library_.uploads()
                                       .begin({.scope = scope_,
                                               .purpose = purpose,
                                               .filename = filename,
                                               .bytes = content.size(),
                                               .expires_after_seconds = {}})
                                       .value();
    Assembly assembly;
    const std::size_t half = content.size() / 2;
    for (const std::string& part : {content.substr(0, half), content.substr(half)}) {
      auto intake = library_.open_part(scope_, upload.id).value();
      EXPECT_TRUE(intake->write(as_bytes(part)));
      EXPECT_TRUE(intake->finish());
      assembly.part_ids.push_back(intake->commit().value().id);
    }
    auto completed = library_.uploads().complete(scope_, upload.id, assembly);
    EXPECT_TRUE(completed) << (completed ? "" : describe(completed.error()));
    return completed->file;
  }

  DocumentReader reader(documents::Extractor& extractor, const std::string& copies = "") {
    return DocumentReader({.catalog = failing_,
                           .blobs = faulty_,
                           .extractor = extractor,
                           .counters = library_.token_counters(),
                           .settings = library_.policy(),
                           .clock = clock_,
                           .log = log_,
                           .copies_folder = copies});
  }

  // Whether there was one to read.
  bool step(DocumentReader& reader, const std::stop_token& stop = {}) {
    const auto done = reader.step(stop);
    EXPECT_TRUE(done) << (done ? "" : describe(done.error()));
    return done.value_or(false);
  }

  catalog::File found(const std::string& id) { return library_.find(scope_, id).value(); }
  std::string report(const std::string& id) {
    const auto file = library_.report(scope_, id);
    return file ? file->report : "no file";
  }

  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  testing::FakeClock clock_;
  testing::SeededRandom random_;
  testing::WatchedLog log_;
  catalog::MemoryCatalog catalog_{clock_, random_};
  testing::FailingCatalog failing_{catalog_};
  std::unique_ptr<blob::BlobStore> store_ =
      blob::DiskStore::open({.root = folder_.path(), .random = random_}).value();
  blob::FaultyStore faulty_{*store_};
  std::atomic<int> waits_ = 0;
  Library library_{
      catalog_, *store_, clock_, log_, {.policy = {}, .on_waiting = [this] { ++waits_; }}};
  documents::Extractor extractor_{documents::Extractor::Options()};
  DocumentReader reader_ = reader(extractor_);
  catalog::Scope scope_;
};

TEST_F(DocumentReaderTest, ReadsWhatWaitsAndNothingElse) {
  EXPECT_EQ(put("notes.txt", "Hello").status, FileStatus::processed);
  EXPECT_EQ(put("a.docx", small_docx(), policy::Purpose::user_data).status, FileStatus::processed);
  EXPECT_EQ(put("a.docx", "").status, FileStatus::processed);
  EXPECT_EQ(put("a.docx", "no archive").status, FileStatus::error);
  EXPECT_EQ(waits_, 0);
  EXPECT_FALSE(step(reader_));

  const catalog::File file = put("a.docx", small_docx("Hello"));
  EXPECT_EQ(file.status, FileStatus::uploaded);
  EXPECT_THAT(report(file.id), HasSubstr("its text has not been taken out"));
  EXPECT_EQ(waits_, 1);
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
  EXPECT_THAT(report(file.id), HasSubstr(R"("tokens":{"encoding":"o200k_base","total":2,)"));
  EXPECT_THAT(report(file.id), HasSubstr(R"("engine":"libzip )"));
  EXPECT_EQ(reader_.counters().outcomes[0].value(), 1U);
  EXPECT_FALSE(step(reader_));
}

TEST_F(DocumentReaderTest, TakesTheDigestOfWhatCameInParts) {
  const std::string content = "one record\ntwo";
  const catalog::File file = put_in_parts("notes.bin", content, policy::Purpose::user_data);
  EXPECT_EQ(file.status, FileStatus::processed);
  EXPECT_EQ(waits_, 1);
  EXPECT_THAT(report(file.id), ::testing::Not(HasSubstr("sha256")));
  EXPECT_TRUE(step(reader_));
  EXPECT_THAT(report(file.id),
              HasSubstr("{\"sha256\":\"" + digest::sha256_of(as_bytes(content)).hex() + "\","));
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
  EXPECT_FALSE(step(reader_));

  // What was found before stays.
  const std::string wrong = "{\"messages\":[]}\n[]\n";
  const catalog::File checked = put_in_parts("train.jsonl", wrong, policy::Purpose::fine_tune);
  EXPECT_EQ(checked.status, FileStatus::error);
  const std::string before = report(checked.id);
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(report(checked.id),
            policy::with_sha256(before, digest::sha256_of(as_bytes(wrong)).hex()));
  EXPECT_EQ(found(checked.id).status, FileStatus::error);
  EXPECT_EQ(found(checked.id).status_details, checked.status_details);
}

TEST_F(DocumentReaderTest, ADigestThatCannotBeTakenIsGivenUpAndChangesNothing) {
  const catalog::File file = put_in_parts("notes.bin", "one, two", policy::Purpose::user_data);
  const std::string before = report(file.id);
  faulty_.corrupt_reads_at(1);
  for (std::uint64_t count = 0; count < DocumentReader::tries_max; ++count) {
    EXPECT_TRUE(step(reader_));
    clock_.advance(DocumentReader::loan);
  }
  EXPECT_FALSE(step(reader_));
  EXPECT_EQ(report(file.id), before);
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
  EXPECT_EQ(reader_.counters().given_up.value(), 1U);
  EXPECT_TRUE(log_.wait_for("alarm_document_given_up"));
}

TEST_F(DocumentReaderTest, ACatalogueThatTakesNoDigestIsNoFaultOfTheFile) {
  class Unsettled final : public testing::FailingCatalog {
   public:
    using FailingCatalog::FailingCatalog;
    Result<bool> settle_waiting(const catalog::WaitingFile&, const catalog::Settlement&) override {
      return fail(ErrorCode::unavailable);
    }
  };
  Unsettled unsettled(catalog_);
  DocumentReader luckless({.catalog = unsettled,
                           .blobs = faulty_,
                           .extractor = extractor_,
                           .counters = library_.token_counters(),
                           .settings = library_.policy(),
                           .clock = clock_,
                           .log = log_,
                           .copies_folder = ""});
  const catalog::File file = put_in_parts("notes.bin", "one, two", policy::Purpose::user_data);
  const auto failed = luckless.step({});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  EXPECT_EQ(luckless.counters().failures.value(), 0U);
  clock_.advance(DocumentReader::loan);
  EXPECT_TRUE(step(reader_));
  EXPECT_THAT(report(file.id), HasSubstr("sha256"));
}

TEST_F(DocumentReaderTest, ADigestThatIsStoppedIsTakenLater) {
  const catalog::File file = put_in_parts("notes.bin", "one, two", policy::Purpose::user_data);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_TRUE(step(reader_, stopped.get_token()));
  EXPECT_TRUE(step(reader_));
  EXPECT_THAT(report(file.id), HasSubstr("sha256"));
}

TEST_F(DocumentReaderTest, ReadsDocumentsThatCameInParts) {
  const std::string copies = folder_ / "copies";
  std::filesystem::create_directory(copies);
  DocumentReader copying = reader(extractor_, copies);
  const std::string content = small_docx("Hello");
  const catalog::File file = put_in_parts("a.docx", content, policy::Purpose::assistants);
  EXPECT_EQ(file.status, FileStatus::uploaded);
  EXPECT_TRUE(step(copying));
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
  EXPECT_THAT(report(file.id), HasSubstr(R"("tokens":{"encoding":"o200k_base","total":2,)"));
  EXPECT_THAT(report(file.id), HasSubstr(digest::sha256_of(as_bytes(content)).hex()));
  EXPECT_TRUE(std::filesystem::is_empty(copies));
  EXPECT_FALSE(step(copying));
}

TEST_F(DocumentReaderTest, ReadsACopyOfWhatIsElsewhere) {
  faulty_.hide_descriptors();
  const std::string copies = folder_ / "copies";
  std::filesystem::create_directory(copies);
  DocumentReader copying = reader(extractor_, copies);
  // Of two blocks, so that both have to be in the copy.
  const std::string large = "<p>" + std::string(limits::checksum_block_bytes, ' ') + "Hello";
  for (const auto& [filename, content] :
       {std::pair("a.docx", small_docx("Hello")), std::pair("a.html", large)}) {
    const catalog::File file = put(filename, content);
    EXPECT_TRUE(step(copying));
    EXPECT_EQ(found(file.id).status, FileStatus::processed);
    EXPECT_THAT(report(file.id), HasSubstr(R"("tokens":{"encoding":"o200k_base",)"));
    EXPECT_THAT(report(file.id), ::testing::Not(HasSubstr(R"("total":0,)")));
  }
  EXPECT_TRUE(std::filesystem::is_empty(copies));

  const catalog::File damaged = put("b.html", large);
  faulty_.corrupt_reads_at(limits::checksum_block_bytes + 3);
  EXPECT_TRUE(step(copying));
  EXPECT_EQ(found(damaged.id).status, FileStatus::uploaded) << "that says nothing of what came";
  EXPECT_EQ(copying.counters().failures.value(), 1U);
}

TEST_F(DocumentReaderTest, ADocumentThatCannotBeReadHasTheStatusError) {
  const catalog::File file = put("a.docx", std::string("PK\x03\x04 and no more"));
  EXPECT_EQ(file.status, FileStatus::uploaded);
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(file.id).status, FileStatus::error);
  EXPECT_THAT(found(file.id).status_details, HasSubstr("could not be read: "));
  EXPECT_THAT(report(file.id), HasSubstr("document_malformed"));
  const auto malformed = static_cast<std::size_t>(documents::Outcome::malformed);
  EXPECT_EQ(reader_.counters().outcomes.at(malformed).value(), 1U);
}

TEST_F(DocumentReaderTest, TheLimitIsTheOneInForceForItsProject) {
  const catalog::File file = put("a.html", "<p>one two three four five");
  ASSERT_TRUE(catalog_.set_limits(
      scope_, {{.name = "assistants_tokens", .limit = Limit{.largest = 3}}}, clock_.now()));
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(file.id).status, FileStatus::error);
  EXPECT_EQ(found(file.id).status_details,
            "This file has more than 3 tokens, the limit for purpose 'assistants'.");
  EXPECT_EQ(reader_.counters().over_limit.value(), 1U);
  EXPECT_EQ(reader_.counters().outcomes[0].value(), 0U);
}

TEST_F(DocumentReaderTest, OrganizationsTakeTurns) {
  const auto other = catalog_.create_organization("other");
  const catalog::Scope others{.organization_id = other->organization_id, .project_id = other->id};
  for (int count = 0; count < 3; ++count) put("a.html", "<p>of many");
  const catalog::File one = put(others, "a.html", "<p>of few");
  EXPECT_TRUE(step(reader_));
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(library_.find(others, one.id)->status, FileStatus::processed);
}

TEST_F(DocumentReaderTest, AStopLeavesTheDocumentAsIfNobodyHadBegun) {
  const catalog::File file = put("a.html", "<p>Hello");
  std::stop_source stop;
  stop.request_stop();
  for (std::uint64_t time = 0; time <= DocumentReader::tries_max; ++time) {
    EXPECT_TRUE(step(reader_, stop.get_token()));
    EXPECT_EQ(found(file.id).status, FileStatus::uploaded);
  }
  EXPECT_EQ(reader_.counters().failures.value(), 0U);
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
}

TEST_F(DocumentReaderTest, AFileThatIsDeletedMeanwhileIsForgotten) {
  const catalog::File file = put("a.html", "<p>Hello");
  // Deleted behind the back of whoever has it already, content and all.
  ASSERT_TRUE(catalog_.claim_waiting("", clock_.now(), clock_.now()));
  const catalog::WaitingFile lent =
      catalog_.claim_waiting("", clock_.now(), clock_.now()).value().value();
  ASSERT_TRUE(library_.remove(scope_, file.id));
  EXPECT_FALSE(catalog_.settle_waiting(lent, {}).value());
  EXPECT_FALSE(step(reader_));
}

// A machine on which no child can be started.
TEST_F(DocumentReaderTest, ATryThatFailsIsRepeatedWhenItsLoanIsOver) {
  documents::Extractor broken({.program = "/nonexistent/argot"});
  DocumentReader reader = this->reader(broken);
  const catalog::File file = put("a.html", "<p>Hello");
  EXPECT_TRUE(step(reader));
  EXPECT_TRUE(log_.wait_for("document_failed"));
  EXPECT_EQ(reader.counters().failures.value(), 1U);
  EXPECT_EQ(found(file.id).status, FileStatus::uploaded);
  EXPECT_FALSE(step(reader)) << "it is lent";
  clock_.advance(DocumentReader::loan);
  EXPECT_TRUE(step(reader_)) << "by one that can";
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
}

TEST_F(DocumentReaderTest, ADocumentIsGivenUpAfterAFewTries) {
  documents::Extractor broken({.program = "/nonexistent/argot"});
  DocumentReader reader = this->reader(broken);
  const catalog::File file = put("a.html", "<p>Hello");
  for (std::uint64_t number = 1; number <= DocumentReader::tries_max; ++number) {
    EXPECT_EQ(found(file.id).status, FileStatus::uploaded) << number;
    EXPECT_TRUE(step(reader));
    clock_.advance(DocumentReader::loan);
  }
  EXPECT_EQ(found(file.id).status, FileStatus::error);
  EXPECT_EQ(found(file.id).status_details, "The text of this file could not be read.");
  EXPECT_THAT(report(file.id), HasSubstr("document_unreadable"));
  EXPECT_TRUE(log_.wait_for("alarm_document_given_up"));
  EXPECT_EQ(reader.counters().given_up.value(), 1U);
  EXPECT_FALSE(step(reader));
}

TEST_F(DocumentReaderTest, AStoreThatIsAwayIsNoFaultOfTheFile) {
  const catalog::File document = put("a.html", "<p>Hello");
  const catalog::File parted = put_in_parts("b.bin", "12345678", policy::Purpose::user_data);
  for (const ErrorCode code : {ErrorCode::unavailable, ErrorCode::overloaded}) {
    faulty_.plant({.operation = blob::FaultyStore::Operation::open,
                   .error = {.code = code, .detail = {}, .param = {}},
                   .lasts = blob::FaultyStore::Lasts::for_ever});
    for (std::uint64_t count = 0; count <= DocumentReader::tries_max; ++count) {
      for (int waiting = 0; waiting < 2; ++waiting) {
        const auto failed = reader_.step({});
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, code);
      }
      EXPECT_FALSE(step(reader_)) << "not before the loan is over";
      clock_.advance(DocumentReader::loan);
    }
    faulty_.heal();
  }
  EXPECT_EQ(found(document.id).status, FileStatus::uploaded);
  EXPECT_TRUE(step(reader_));
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(document.id).status, FileStatus::processed);
  EXPECT_THAT(report(parted.id), HasSubstr("sha256"));
  EXPECT_EQ(reader_.counters().failures.value(), 0U);
}

// One that ends the whole process, and with it whoever would count the failure.
TEST_F(DocumentReaderTest, ADocumentThatNobodyComesBackFromIsGivenUp) {
  const catalog::File file = put("a.html", "<p>Hello");
  for (std::uint64_t number = 0; number < DocumentReader::tries_max; ++number) {
    ASSERT_TRUE(catalog_.claim_waiting("", clock_.now(), clock_.now() + DocumentReader::loan));
    ASSERT_TRUE(catalog_.release_waiting());
  }
  EXPECT_TRUE(step(reader_));
  EXPECT_EQ(found(file.id).status, FileStatus::error);
  EXPECT_TRUE(log_.wait_for("alarm_document_given_up"));
}

TEST_F(DocumentReaderTest, ContentThatIsMissingOrDamagedIsAnAlarmAndNotTheDocuments) {
  const catalog::File missing = put("a.html", "<p>Hello");
  ASSERT_TRUE(store_->remove(missing.blob));
  EXPECT_TRUE(step(reader_));
  EXPECT_TRUE(log_.wait_for("alarm_content_missing"));
  EXPECT_EQ(found(missing.id).status, FileStatus::uploaded);

  const catalog::File damaged = put("b.html", "<p>Hello");
  faulty_.corrupt_reads_at(3);
  EXPECT_TRUE(step(reader_));
  EXPECT_TRUE(log_.wait_for("alarm_content_corrupt"));
  EXPECT_EQ(found(damaged.id).status, FileStatus::uploaded);
}

TEST_F(DocumentReaderTest, ACatalogueThatFailsIsAnError) {
  put("a.html", "<p>Hello");
  failing_.fail_everything(ErrorCode::internal);
  EXPECT_FALSE(reader_.step({}));
}

}  // namespace
}  // namespace argot::files
