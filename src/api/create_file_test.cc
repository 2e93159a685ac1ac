#include "api/create_file.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/head_parser.h"
#include "openai/error.h"
#include "openai/file.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::ApiWorldOptions;
using testing::FormText;
using testing::RequestText;
using testing::WireReply;

constexpr std::string_view record = "{\"custom_id\": \"1\"}\n";

class CreateFileTest : public ::testing::Test {
 protected:
  openai::File created(const FormText& form) {
    const WireReply reply = world_.upload(form);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return openai::decode_file(reply.body).value_or(openai::File());
  }

  // "status message (param)" of a refusal, after which nothing may be left.
  std::string refusal(const WireReply& reply) {
    EXPECT_EQ(world_.blob_count(), 0U);
    EXPECT_EQ(world_.file_count(), 0U);
    EXPECT_EQ(world_.api.uploads_in_flight(), 0U);
    const auto error = openai::decode_error(reply.body);
    return std::to_string(reply.status) + " " + error.message + " (" +
           error.param.value_or("null") + ")";
  }
  std::string refusal(const FormText& form) { return refusal(world_.upload(form)); }

  WireReply post(RequestText request) {
    request.method = "POST";
    request.target = "/v1/files";
    return world_.send(request.key(world_.key));
  }

  ApiWorld world_;
};

TEST_F(CreateFileTest, AFileIsWhatWasSent) {
  const auto file = created(FormText().field("purpose", "user_data").file("notes.txt", "Hello"));
  EXPECT_EQ(file.filename, "notes.txt");
  EXPECT_EQ(file.purpose, "user_data");
  EXPECT_EQ(file.bytes, 5U);
  EXPECT_EQ(file.created_at, unix_seconds(world_.clock.now()));
  EXPECT_EQ(file.expires_at, std::nullopt);
  EXPECT_EQ(file.status, openai::FileStatus::processed);
  EXPECT_EQ(file.status_details, std::nullopt);
  EXPECT_EQ(world_.get("/v1/files/" + file.id + "/content").body, "Hello");
}

TEST_F(CreateFileTest, ThePartsMayComeInAnyOrder) {
  const auto file = created(FormText()
                                .field("expires_after[seconds]", "3600")
                                .file("a.jsonl", record)
                                .field("expires_after[anchor]", "created_at")
                                .field("purpose", "batch"));
  EXPECT_EQ(file.purpose, "batch");
  EXPECT_EQ(file.expires_at, file.created_at + 3'600);
}

TEST_F(CreateFileTest, OnlyBatchFilesExpireByThemselves) {
  EXPECT_EQ(created(FormText().field("purpose", "vision").file("a.png", "x")).expires_at,
            std::nullopt);
  const auto batch = created(FormText().file("a.jsonl", record).field("purpose", "batch"));
  EXPECT_EQ(batch.expires_at, batch.created_at + 2'592'000);
}

TEST_F(CreateFileTest, AFileWithoutANameIsAnUpload) {
  const auto file = created(FormText()
                                .field("purpose", "user_data")
                                .part("Content-Disposition: form-data; name=\"file\"\r\n", "x"));
  EXPECT_EQ(file.filename, "upload");
  EXPECT_EQ(created(FormText().field("purpose", "user_data").file("", "x")).filename, "upload");
}

TEST_F(CreateFileTest, TheNameIsABaseNameInAnyScript) {
  EXPECT_EQ(
      created(FormText().field("purpose", "user_data").file("../../etc/passwd", "x")).filename,
      "passwd");
  EXPECT_EQ(
      created(FormText().field("purpose", "assistants").file("\u4f60\u597d.txt", "x")).filename,
      "\u4f60\u597d.txt");
}

TEST_F(CreateFileTest, FieldsThatOnlyTheServerDecidesAreIgnored) {
  const auto file = created(FormText()
                                .field("id", "file-1111111111111111111111")
                                .field("bytes", "0")
                                .field("created_at", "1")
                                .field("status", "error")
                                .field("organization_id", "org-x")
                                .field("expires_at", "1")
                                .field("purpose", "user_data")
                                .field("custom_llm_provider", "openai")
                                .file("notes.txt", "Hello"));
  EXPECT_NE(file.id, "file-1111111111111111111111");
  EXPECT_EQ(file.bytes, 5U);
  EXPECT_GT(file.created_at, 1);
  EXPECT_EQ(file.status, openai::FileStatus::processed);
  EXPECT_EQ(file.expires_at, std::nullopt);
}

TEST_F(CreateFileTest, FileAndPurposeAreRequired) {
  EXPECT_EQ(refusal(FormText().field("purpose", "batch")),
            "400 'file' is a required property (null)");
  EXPECT_EQ(refusal(FormText().file("a.txt", "x")), "400 'purpose' is a required property (null)");
  EXPECT_EQ(refusal(FormText()), "400 'file' is a required property (null)");
}

TEST_F(CreateFileTest, APurposeSentAsAFileIsNoPurpose) {
  EXPECT_EQ(refusal(FormText().file("p.txt", "batch", "purpose").file("a.jsonl", record)),
            "400 'purpose' is a required property (null)");
}

TEST_F(CreateFileTest, UnknownPurposesAreRefusedBeforeAndAfterTheFile) {
  const std::string expected =
      "400 'world_domination' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', "
      "'vision', 'evals'] - 'purpose' (purpose)";
  EXPECT_EQ(refusal(FormText().field("purpose", "world_domination").file("a.txt", "x")), expected);
  EXPECT_EQ(refusal(FormText().file("a.txt", "x").field("purpose", "world_domination")), expected);
}

TEST_F(CreateFileTest, InternalPurposesNeedTheirPermission) {
  const FormText form = FormText().field("purpose", "batch_output").file("a.jsonl", record);
  EXPECT_TRUE(refusal(form).starts_with("400 'batch_output' is not one of"));
  world_.key = world_.add_key(
      world_.scope, testing::every_permission | testing::bits(catalog::Permission::files_internal));
  EXPECT_EQ(created(form).purpose, "batch_output");
}

TEST_F(CreateFileTest, NoFieldComesTwice) {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"purpose", "batch"},
      {"expires_after[anchor]", "created_at"},
      {"expires_after[seconds]", "3600"}};
  for (const auto& [name, value] : fields) {
    EXPECT_EQ(
        refusal(FormText().file("a.jsonl", record).field(name, value).field(name, value)),
        "400 The field '" + name + "' must come once, but it came several times. (" + name + ")");
  }
  EXPECT_EQ(refusal(FormText().field("purpose", "batch").file("a", record).file("b", record)),
            "400 The field 'file' must come once, but it came several times. (file)");
}

TEST_F(CreateFileTest, ExpiryIsWithinItsBounds) {
  const auto with_seconds = [](const std::string& seconds) {
    return FormText()
        .field("purpose", "user_data")
        .field("expires_after[anchor]", "created_at")
        .field("expires_after[seconds]", seconds)
        .file("a.txt", "x");
  };
  for (const std::string seconds :
       {"3599", "2592001", "0", "-3600", "1e4", "3600.0", "", " 3600"}) {
    EXPECT_EQ(refusal(with_seconds(seconds)),
              "400 Invalid 'expires_after[seconds]': expected an integer from 3600 to 2592000, but "
              "got '" +
                  seconds + "'. (expires_after[seconds])");
  }
  for (const std::int64_t seconds : {3'600, 3'601, 2'592'000}) {
    const auto file = created(with_seconds(std::to_string(seconds)));
    EXPECT_EQ(file.expires_at, file.created_at + seconds);
  }
}

TEST_F(CreateFileTest, ExpiryIsAPair) {
  EXPECT_EQ(refusal(FormText()
                        .field("purpose", "user_data")
                        .field("expires_after[seconds]", "3600")
                        .file("a.txt", "x")),
            "400 'expires_after[anchor]' is required where 'expires_after[seconds]' is given. "
            "(expires_after)");
  EXPECT_EQ(refusal(FormText()
                        .field("purpose", "user_data")
                        .field("expires_after[anchor]", "created_at")
                        .file("a.txt", "x")),
            "400 'expires_after[seconds]' is required where 'expires_after[anchor]' is given. "
            "(expires_after)");
  EXPECT_EQ(refusal(FormText().field("expires_after[anchor]", "last_active_at").file("a", "x")),
            "400 Invalid 'expires_after[anchor]': expected 'created_at', but got "
            "'last_active_at'. (expires_after[anchor])");
}

TEST_F(CreateFileTest, TextsAreBounded) {
  const std::string longest(65'536, 'x');
  EXPECT_EQ(
      created(FormText().field("extra", longest).field("purpose", "vision").file("a.png", "x"))
          .bytes,
      1U);
  const WireReply reply =
      world_.upload(FormText().field("extra", longest + "x").field("purpose", "vision"));
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "The field 'extra' must have at most 65536 bytes, but it has more.");
}

TEST_F(CreateFileTest, ATextThatIsTooLongStopsTheUpload) {
  EXPECT_EQ(refusal(FormText().file("a.txt", "x").field("purpose", std::string(65'537, 'x'))),
            "400 The field 'purpose' must have at most 65536 bytes, but it has more. (purpose)");
}

TEST_F(CreateFileTest, ALongPurposeIsEchoedInPart) {
  const std::string purpose(1'000, 'x');
  EXPECT_TRUE(refusal(FormText().field("purpose", purpose))
                  .starts_with("400 '" + purpose.substr(0, 256) + "' is not one of"));
}

TEST_F(CreateFileTest, RulesOfThePurposeHold) {
  EXPECT_EQ(refusal(FormText().field("purpose", "batch").file("notes.txt", "Dear diary,")),
            "400 Invalid file format for Batch API. Must be .jsonl (null)");
  EXPECT_EQ(refusal(FormText().file("a.jsonl", "").field("purpose", "fine-tune")),
            "400 Invalid file format for Fine-Tuning API. Must be .jsonl (null)");
  EXPECT_EQ(refusal(FormText().file("a.jsonl", "{\"a\": \"\xff\"}").field("purpose", "batch")),
            "400 Invalid file for Batch API. Must be utf-8 encoded (null)");
  EXPECT_EQ(refusal(FormText().field("purpose", "assistants").file("a.EXE", "MZ")),
            "400 Files with extensions [.EXE] are not supported for retrieval. (null)");
}

TEST_F(CreateFileTest, OtherBodiesAreUnsupported) {
  EXPECT_EQ(refusal(post({.headers = {{"Content-Type", "application/json"}}, .body = "{}"})),
            "415 The request body must be multipart/form-data, but its Content-Type is "
            "\"application/json\". (null)");
  EXPECT_EQ(refusal(post({})),
            "415 The request body must be multipart/form-data, but its Content-Type is missing. "
            "(null)");
  EXPECT_TRUE(refusal(post({.headers = {{"Content-Type", "multipart/form-data"}}, .body = "x"}))
                  .starts_with("400 The Content-Type multipart/form-data must name "));
}

TEST_F(CreateFileTest, PackedBodiesAreUnsupported) {
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  for (const std::string coding : {"gzip", "br", "identity, gzip"}) {
    EXPECT_EQ(refusal(post(
                  {.headers = {{"Content-Type", form.content_type()}, {"Content-Encoding", coding}},
                   .body = form.body()})),
              "415 The request body must not be encoded, but its Content-Encoding is '" + coding +
                  "'. (null)");
  }
  EXPECT_TRUE(refusal(post({.headers = {{"Content-Type", form.content_type()},
                                        {"Content-Encoding", "identity"},
                                        {"Content-Encoding", "gzip"}},
                            .body = form.body()}))
                  .starts_with("415 "));
  EXPECT_EQ(
      post({.headers = {{"Content-Type", form.content_type()}, {"Content-Encoding", "Identity"}},
            .body = form.body()})
          .status,
      200);
}

TEST_F(CreateFileTest, ABrokenFormLeavesNothing) {
  const FormText form = FormText().field("purpose", "vision").file("a.png", "content");
  const std::string body = form.body();
  for (std::size_t length = 0; length < body.size() - 2; ++length) {
    const std::string got = refusal(
        post({.headers = {{"Content-Type", form.content_type()}}, .body = body.substr(0, length)}));
    EXPECT_TRUE(got.starts_with("400 ")) << length << " " << got;
  }
}

TEST_F(CreateFileTest, ABodyThatBreaksOffLeavesNothing) {
  const FormText form = FormText().field("purpose", "vision").file("a.png", "content");
  const std::string whole = RequestText{.method = "POST", .target = "/files", .body = form.body()}
                                .key(world_.key)
                                .header("Content-Type", form.content_type())
                                .bytes();
  for (std::size_t missing = 1; missing <= form.body().size(); ++missing) {
    EXPECT_EQ(world_.client.send(whole.substr(0, whole.size() - missing)), std::nullopt);
  }
  EXPECT_EQ(world_.blob_count(), 0U);
  EXPECT_EQ(world_.file_count(), 0U);
  EXPECT_EQ(world_.api.uploads_in_flight(), 0U);
}

TEST_F(CreateFileTest, TheCuttingOfTheBodyDoesNotMatter) {
  const FormText form = FormText("=_b").file("a.jsonl", record).field("purpose", "fine-tune");
  const auto request = RequestText{.method = "POST", .target = "/files", .body = form.body()}
                           .key(world_.key)
                           .header("Content-Type", form.content_type());
  for (std::size_t piece = 1; piece <= form.body().size(); ++piece) {
    const auto reply = world_.send(request, piece);
    EXPECT_EQ(reply.status, 200) << piece;
    EXPECT_EQ(openai::decode_file(reply.body)->bytes, record.size()) << piece;
  }
}

TEST_F(CreateFileTest, AChunkedBodyIsAsGood) {
  const FormText form =
      FormText().file("a.png", std::string(10'000, 'x')).field("purpose", "vision");
  const auto reply =
      post({.headers = {{"Content-Type", form.content_type()}, {"Transfer-Encoding", "chunked"}},
            .body = testing::chunked(form.body(), 7)});
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(openai::decode_file(reply.body)->bytes, 10'000U);
}

// The job by itself: when does it want no more?
class CreateFileFlowTest : public CreateFileTest {
 protected:
  std::unique_ptr<Job> begin(const FormText& form) {
    const std::string head =
        "POST /files HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: " +
        form.content_type() + "\r\n\r\n";
    const auto request = http::parse_head(head);
    const Caller caller{
        .key_public_id = "k",
        .scope = world_.scope,
        .project_id = world_.catalog.projects(world_.scope.organization_id)->front().id,
        .permissions = testing::every_permission};
    auto job = create_file(world_.library, slots_, caller, *request);
    EXPECT_TRUE(job.has_value());
    return *std::move(job);
  }

  UploadSlots slots_{8};
};

TEST_F(CreateFileFlowTest, AWrongPurposeBeforeTheFileStopsAtOnce) {
  const FormText form = FormText().field("purpose", "nonsense").file("a.png", "x");
  const std::string body = form.body();
  const std::size_t file_begins = body.find("; filename");
  const auto job = begin(form);
  EXPECT_EQ(job->write(as_bytes(body.substr(0, file_begins))), http::Flow::stop);
  const auto reply = job->finish();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, ErrorCode::invalid_purpose);
}

TEST_F(CreateFileFlowTest, AGoodFormIsReadToItsEnd) {
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  const std::string body = form.body();
  const auto job = begin(form);
  EXPECT_EQ(job->write(as_bytes(body)), http::Flow::more);
  EXPECT_TRUE(job->finish().has_value());
}

TEST_F(CreateFileFlowTest, AStoppedUploadHoldsNothingOnDisk) {
  const FormText form = FormText().file("a.png", "x").field("purpose", "nonsense");
  const auto job = begin(form);
  EXPECT_EQ(job->write(as_bytes(form.body())), http::Flow::stop);
  const auto space = world_.blobs.space();
  EXPECT_EQ(space->available_bytes, space->total_bytes);
}

TEST(CreateFileLimits, OneByteTooManyStopsTheUpload) {
  ApiWorld world({.policy = {.file_bytes_max = 1'000}});
  const auto status_of = [&](std::size_t bytes, std::string_view purpose) {
    return world.upload(
        FormText().field("purpose", purpose).file("a.jsonl", std::string(bytes, 'x')));
  };
  EXPECT_EQ(status_of(1'000, "user_data").status, 200);
  const WireReply reply = status_of(1'001, "user_data");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(openai::decode_error(reply.body).message, "File is too large.");
  EXPECT_EQ(world.blob_count(), 1U);
}

TEST(CreateFileLimits, ABatchFileHasItsOwnLimitWhereverThePurposeStands) {
  ApiWorld world({.policy = {.batch_file_bytes_max = record.size()}});
  const std::string longer = std::string(record) + "\n";
  EXPECT_EQ(world.upload(FormText().field("purpose", "batch").file("a", record)).status, 200);
  EXPECT_EQ(world.upload(FormText().field("purpose", "batch").file("a", longer)).status, 400);
  EXPECT_EQ(world.upload(FormText().file("a", longer).field("purpose", "batch")).status, 400);
  EXPECT_EQ(world.upload(FormText().file("a", longer).field("purpose", "fine-tune")).status, 200);
  EXPECT_EQ(world.blob_count(), 2U);
}

TEST(CreateFileLimits, ALengthThatCannotFitIsRefusedBeforeTheBody) {
  ApiWorld world({.policy = {.file_bytes_max = 1'000}});
  const FormText form = FormText().field("purpose", "vision");
  const RequestText request =
      RequestText{.method = "POST", .target = "/files"}
          .key(world.key)
          .header("Content-Type", form.content_type())
          .header("Content-Length", std::to_string(1'000 + (1U << 20U) + 1));
  // The body never comes, so only an answer to the head can be one.
  EXPECT_EQ(world.send(request).status, 400);
}

TEST(CreateFileLimits, TheQuotaCountsToTheByte) {
  ApiWorld world({.policy = {.organization_bytes_max = 10}});
  const auto status_of = [&](std::size_t bytes) {
    return world.upload(
        FormText().field("purpose", "user_data").file("a", std::string(bytes, 'x')));
  };
  EXPECT_EQ(status_of(9).status, 200);
  const WireReply over = status_of(2);
  EXPECT_EQ(over.status, 400);
  EXPECT_EQ(openai::decode_error(over.body).message,
            "You have exceeded your file storage quota. Organizations are limited to 10 bytes of "
            "files. Please delete old files or attempt with a smaller file size.");
  EXPECT_EQ(status_of(1).status, 200);
  EXPECT_EQ(world.blob_count(), 2U);
}

TEST(CreateFileLimits, UploadsOfAMinuteAreCountedForEachKey) {
  ApiWorld world({.uploads_per_minute = 2});
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  const std::string other = world.add_key(world.scope);
  EXPECT_EQ(world.upload(form).status, 200);
  EXPECT_EQ(world.upload(form).status, 200);
  const WireReply refused = world.upload(form);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "60");
  EXPECT_EQ(world.upload(form, other).status, 200);
  EXPECT_EQ(world.get("/v1/files").status, 200) << "only uploads are counted";
  world.clock.advance(std::chrono::seconds(60));
  EXPECT_EQ(world.upload(form).status, 200);
  EXPECT_EQ(world.file_count(), 4U);
}

TEST(CreateFileLimits, ARateIsHeldBeforeTheBody) {
  ApiWorld world({.uploads_per_minute = 1});
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  ASSERT_EQ(world.upload(form).status, 200);
  const RequestText request = RequestText{.method = "POST", .target = "/files"}
                                  .key(world.key)
                                  .header("Content-Type", form.content_type())
                                  .header("Content-Length", "1000");
  // The body never comes, so only an answer to the head can be one.
  EXPECT_EQ(world.send(request).status, 429);
}

TEST(CreateFileLimits, WithoutKeysUploadsAreCountedForTheOrganization) {
  ApiWorld world({.no_auth = true, .uploads_per_minute = 1});
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  EXPECT_EQ(world.upload(form).status, 200);
  EXPECT_EQ(world.upload(form).status, 429);
}

TEST(CreateFileLimits, UploadsInFlightAreCapped) {
  ApiWorld world({.uploads_max = 0});
  const WireReply reply = world.upload(FormText().field("purpose", "vision").file("a.png", "x"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.header("Retry-After"), "1");
}

TEST(CreateFileLimits, UploadsInFlightOfOneKeyAreCapped) {
  ApiWorld world({.uploads_per_key_max = 1});
  const FormText form = FormText().field("purpose", "vision").file("a.png", "x");
  const std::string other = world.add_key(world.scope);
  const std::string first = RequestText{.method = "POST", .target = "/v1/files"}
                                .key(world.key)
                                .header("Content-Type", form.content_type())
                                .header("Content-Length", "1000")
                                .bytes();
  {
    // An upload whose body has not come yet.
    auto begun = world.api.begin(*http::parse_head(first));
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<http::Exchange>>(begun));
    const WireReply refused = world.upload(form);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    EXPECT_NE(refused.body.find("Rate limit reached for uploads on concurrent requests: Limit 1, "
                                "Used 1, Requested 1. Please try again in 1s."),
              std::string::npos)
        << refused.body;
    EXPECT_EQ(world.upload(form, other).status, 200);
    EXPECT_EQ(world.get("/v1/files").status, 200) << "only uploads are counted";
    EXPECT_EQ(world.api.uploads_in_flight(), 1U);
  }
  EXPECT_EQ(world.upload(form).status, 200);
  EXPECT_EQ(world.upload(form).status, 200);
}

TEST(CreateFileLimits, AFullDiskIsSaidSo) {
  ApiWorld world({.capacity_bytes = 100});
  const WireReply reply =
      world.upload(FormText().field("purpose", "user_data").file("a", std::string(101, 'x')));
  EXPECT_EQ(reply.status, 507);
  EXPECT_EQ(reply.header("Retry-After"), "60");
  EXPECT_EQ(world.blob_count(), 0U);
  ApiWorld low({.free_bytes_min = 1'000, .capacity_bytes = 999});
  EXPECT_EQ(low.upload(FormText().field("purpose", "user_data").file("a", "x")).status, 507);
}

}  // namespace
}  // namespace argot::api
