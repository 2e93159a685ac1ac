#include "jsonl/batch_checker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

constexpr std::string_view endpoint_list =
    "'/v1/responses', '/v1/chat/completions', '/v1/embeddings', '/v1/completions', "
    "'/v1/moderations', '/v1/images/generations', '/v1/images/edits', and '/v1/videos'.";

TEST(BatchChecker, TakesGoodRequests) {
  expect_problems(
      Format::batch,
      {{"chat",
        R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions",)"
        R"("body":{"model":"m","messages":[]}})",
        {}},
       {"embeddings need no messages",
        R"({"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"m",)"
        R"("input":"x"}})",
        {}},
       {"members in another order",
        R"({"body":{"messages":0,"model":"m"},"url":"/v1/chat/completions","method":"POST",)"
        R"("custom_id":""})",
        {}},
       {"members that nobody knows",
        R"({"custom_id":"a","method":"POST","url":"/v1/videos","body":{"model":"m",)"
        R"("x":[1]},"extra":{"y":null}})",
        {}},
       {"stream that is off",
        R"({"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"m",)"
        R"("stream":false}})",
        {}},
       {"stream that is null",
        R"({"custom_id":"a","method":"POST","url":"/v1/responses","body":{"model":"m",)"
        R"("stream":null}})",
        {}},
       {"escapes",
        R"({"custom_\u0069d":"\u0061","method":"\u0050OST","url":"\/v1\/videos",)"
        R"("body":{"model":"m"}})",
        {}}});
}

TEST(BatchChecker, TakesEveryEndpointOfToday) {
  EXPECT_EQ(batch_endpoints().size(), 8U);
  for (const std::string_view url : batch_endpoints()) {
    const std::string record = R"({"custom_id":"a","method":"POST","url":")" + std::string(url) +
                               R"(","body":{"model":"m","messages":[]}})";
    EXPECT_EQ(inspected(record, forced(Format::batch)).problems.count(), 0U) << url;
  }
}

TEST(BatchChecker, ReportsWhatARequestLacks) {
  expect_problems(
      Format::batch,
      {{"everything",
        R"(^{})",
        {{"missing_required_parameter", "", "Missing required parameter: 'custom_id'."},
         {"missing_required_parameter", "", "Missing required parameter: 'method'."},
         {"missing_required_parameter", "", "Missing required parameter: 'url'."},
         {"missing_required_parameter", "", "Missing required parameter: 'body'."}}},
       {"its id",
        R"( ^{"method":"POST","url":"/v1/videos","body":{"model":"m"}})",
        {{"missing_required_parameter", "", "Missing required parameter: 'custom_id'."}}},
       {"its method",
        R"(^{"custom_id":"a","url":"/v1/videos","body":{"model":"m"}})",
        {{"missing_required_parameter", "", "Missing required parameter: 'method'."}}},
       {"its URL",
        R"(^{"custom_id":"a","method":"POST","body":{"model":"m"}})",
        {{"missing_required_parameter", "", "Missing required parameter: 'url'."}}},
       {"its body",
        R"(^{"custom_id":"a","method":"POST","url":"/v1/chat/completions"})",
        {{"missing_required_parameter", "", "Missing required parameter: 'body'."}}},
       {"its model",
        R"({"custom_id":"a","method":"POST","url":"/v1/videos","body":^{}})",
        {{"missing_required_parameter", "/body", "Missing required parameter: 'model'."}}},
       {"its messages",
        R"({"custom_id":"a","method":"POST","body": ^{"model":"m"},"url":"/v1/chat/completions"})",
        {{"missing_required_parameter", "/body", "Missing required parameter: 'messages'."}}},
       {"model and messages",
        R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":^{"m":1}})",
        {{"missing_required_parameter", "/body", "Missing required parameter: 'model'."},
         {"missing_required_parameter", "/body", "Missing required parameter: 'messages'."}}}});
}

TEST(BatchChecker, ReportsWhatIsOfAnotherType) {
  expect_problems(
      Format::batch,
      {{"id",
        R"({"custom_id":^7,"method":"POST","url":"/v1/videos","body":{"model":"m"}})",
        {{"invalid_type", "/custom_id",
          "Invalid type for 'custom_id': expected a string, but got a number instead."}}},
       {"id that is null",
        R"({"custom_id": ^null,"method":"POST","url":"/v1/videos","body":{"model":"m"}})",
        {{"invalid_type", "/custom_id",
          "Invalid type for 'custom_id': expected a string, but got null instead."}}},
       {"method",
        R"({"custom_id":"a","method":^[],"url":"/v1/videos","body":{"model":"m"}})",
        {{"invalid_type", "/method",
          "Invalid type for 'method': expected a string, but got an array instead."}}},
       {"URL",
        R"({"custom_id":"a","method":"POST","url":^{"x":[]},"body":{"model":"m"}})",
        {{"invalid_type", "/url",
          "Invalid type for 'url': expected a string, but got an object instead."}}},
       {"body",
        R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":^"{}"})",
        {{"invalid_type", "/body",
          "Invalid type for 'body': expected an object, but got a string instead."}}},
       {"model",
        R"({"custom_id":"a","method":"POST","url":"/v1/videos","body":{"model":^true}})",
        {{"invalid_type", "/body/model",
          "Invalid type for 'body.model': expected a string, but got a boolean instead."}}}});
}

TEST(BatchChecker, ReportsWhatABatchCannotDo) {
  const std::string unknown = "Invalid value: '/v1/files'. Supported values are: ";
  const std::string unknown_url = unknown + std::string(endpoint_list);
  const std::string nothing = "Invalid value: ''. Supported values are: ";
  const std::string no_url = nothing + std::string(endpoint_list);
  expect_problems(
      Format::batch,
      {{"another method",
        R"({"custom_id":"a","method":^"GET","url":"/v1/videos","body":{"model":"m"}})",
        {{"invalid_value", "/method", "Invalid value: 'GET'. Supported values are: 'POST'."}}},
       {"method in small letters",
        R"({"custom_id":"a","method":^"post","url":"/v1/videos","body":{"model":"m"}})",
        {{"invalid_value", "/method", "Invalid value: 'post'. Supported values are: 'POST'."}}},
       {"another URL",
        R"({"custom_id":"a","method":"POST","url":^"/v1/files","body":{"model":"m"}})",
        {{"invalid_url", "/url", unknown_url}}},
       {"empty URL",
        R"({"custom_id":"a","method":"POST","url":^"","body":{"model":"m"}})",
        {{"invalid_url", "/url", no_url}}},
       {"streaming",
        R"({"custom_id":"a","method":"POST","url":"/v1/videos","body":{"model":"m",)"
        R"("stream":^true}})",
        {{"streaming_unsupported", "/body/stream",
          "Chat Completions: Streaming is not supported in the Batch API."}}}});
}

std::string request(std::string_view id, std::string_view url = "/v1/videos",
                    std::string_view model = "m") {
  return R"({"custom_id":")" + std::string(id) + R"(","method":"POST","url":")" + std::string(url) +
         R"(","body":{"model":")" + std::string(model) + "\"}}\n";
}

Texts problems_of(std::string_view file) {
  return texts_of(inspected(file, forced(Format::batch)).problems.kept());
}

TEST(BatchChecker, AnIdThatComesAgainIsReportedAtEachFurtherPlace) {
  const std::string first = request("a") + request("b");
  const std::size_t at = first.size();
  const std::size_t line = request("a").size();
  const std::string message =
      "The custom_id 'a' for this request is a duplicate of another request. The custom_id "
      "parameter must be unique for each request in a batch.";
  EXPECT_EQ(problems_of(first + request(R"(\u0061)") + request("A") + request("a")),
            (Texts{"error duplicate_custom_id 3:14 @" + std::to_string(at + 13) + " [/custom_id] " +
                       message,
                   "error duplicate_custom_id 5:14 @" + std::to_string(at + line + 5 + line + 13) +
                       " [/custom_id] " + message}));
}

TEST(BatchChecker, EqualIdsOfBrokenRecordsAreNoDuplicates) {
  const Report report = inspected(R"({"custom_id":"a")"
                                  "\n" +
                                      request("a") + request("b"),
                                  forced(Format::batch));
  EXPECT_EQ(report.problems.count_by_code().size(), 1U);
  EXPECT_EQ(report.problems.count_by_code().at("invalid_json_line"), 1U);
}

TEST(BatchChecker, AnIdOfAnotherTypeEqualsNone) {
  const std::string number =
      R"({"custom_id":1,"method":"POST","url":"/v1/videos","body":{"model":"m"}})";
  const Report report = inspected(number + "\n" + number, forced(Format::batch));
  EXPECT_EQ(report.problems.count(), 2U);
  EXPECT_EQ(report.problems.count_by_code().at("invalid_type"), 2U);
}

TEST(BatchChecker, EveryUrlMustEqualTheFirstGoodOne) {
  EXPECT_EQ(problems_of(request("a", "/nowhere") + "\n" + request("b") +
                        request("c", "/v1/embeddings") + request("d"))
                .at(2),
            "error invalid_url 4:40 @" +
                std::to_string(request("a", "/nowhere").size() + 1 + request("b").size() + 39) +
                " [/url] The URL provided for this request does not match the batch endpoint. "
                "Expected '/v1/videos' as on line 3, but got '/v1/embeddings'.");
  EXPECT_EQ(problems_of(request("a", "/nowhere") + "\n" + request("b") +
                        request("c", "/v1/embeddings") + request("d"))
                .size(),
            3U);
}

TEST(BatchChecker, EveryModelMustEqualTheFirst) {
  const std::string first = request("a", "/v1/videos", "m-1");
  EXPECT_EQ(problems_of(first + request("b", "/v1/videos", "m-2") +
                        request("c", "/v1/videos", R"(m\u002d1)")),
            (Texts{"error mismatched_model 2:69 @" + std::to_string(first.size() + 68) +
                   " [/body/model] The model 'm-2' for this request does not match the rest of "
                   "the batch. Each batch must contain requests for a single model."}));
}

TEST(BatchChecker, LongModelsAreToldApart) {
  const std::string model(1'000, 'x');
  EXPECT_EQ(problems_of(request("a", "/v1/videos", model) + request("b", "/v1/videos", model)),
            Texts());
  EXPECT_EQ(problems_of(request("a", "/v1/videos", model) + request("b", "/v1/videos", model + "x"))
                .size(),
            1U);
  EXPECT_EQ(problems_of(request("a", "/v1/videos", model) +
                        request("b", "/v1/videos", "y" + model.substr(1)))
                .size(),
            1U);
}

TEST(BatchChecker, RepeatsOnlyTheBeginningOfALongId) {
  const std::string id(100'000, 'x');
  const Texts problems = problems_of(request(id) + request(id));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_LT(problems.front().size(), 600U);
  EXPECT_NE(problems.front().find("'" + std::string(256, 'x') + "'"), std::string::npos);
}

TEST(BatchChecker, CountsEndpointsAndModels) {
  const Report report =
      inspected(request("a") + request("b", "/v1/videos", "n") + request("c", "/nowhere"),
                forced(Format::batch));
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  EXPECT_EQ(report.statistics.endpoints.by_name(), (Counts{{"/v1/videos", 2}}));
  EXPECT_EQ(report.statistics.models.by_name(), (Counts{{"m", 2}, {"n", 1}}));
}

std::string numbered_requests(std::size_t count) {
  std::string file;
  for (std::size_t i = 0; i < count; ++i) file += request(std::to_string(i));
  return file;
}

TEST(BatchChecker, FiftyThousandRequestsAreABatch) {
  EXPECT_EQ(problems_of(numbered_requests(50'000)), Texts());
}

TEST(BatchChecker, OneMoreIsReportedOfTheFile) {
  const std::string file = numbered_requests(50'000);
  const Texts expected = {
      "error too_many_tasks 0:0 @0 [] Expected at most 50000 requests in a batch, but got 50001."};
  EXPECT_EQ(problems_of(file + request("one more")), expected);
  // Also where it is broken, and no checker sees it.
  const Texts problems = problems_of(file + "{");
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems.back(), expected.front());
}

TEST(BatchChecker, IdsAreComparedUpToTheFirstThatIsTooMany) {
  const std::string file = numbered_requests(50'000);
  const Report report =
      inspected(file + request("0") + request("0") + request("0"), forced(Format::batch));
  EXPECT_EQ(report.problems.count_by_code().at("duplicate_custom_id"), 1U);
  EXPECT_EQ(report.problems.count_by_code().at("too_many_tasks"), 1U);
  EXPECT_EQ(report.problems.kept().front().line, 50'001U);
}

}  // namespace
}  // namespace argot::jsonl
