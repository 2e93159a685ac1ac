#include "api/request_metrics.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::RequestText;

const RequestMetrics::Series& series_of(const RequestMetrics& metrics, std::string_view method,
                                        std::string_view route) {
  for (const RequestMetrics::Series& series : metrics.series()) {
    if (series.method == method && series.route == route) return series;
  }
  ADD_FAILURE() << "there is no series " << method << " " << route;
  std::abort();
}

// "GET /files 2xx", once for each answer that was counted.
std::multiset<std::string> answers(const RequestMetrics& metrics) {
  std::multiset<std::string> found;
  for (const RequestMetrics::Series& series : metrics.series()) {
    std::uint64_t answers = 0;
    for (std::size_t index = 0; index < series.answers.size(); ++index) {
      for (std::uint64_t each = 0; each < series.answers[index].value(); ++each, ++answers) {
        found.insert(std::string(series.method) + " " + std::string(series.route) + " " +
                     std::string(RequestMetrics::status_classes[index]));
      }
    }
    EXPECT_EQ(series.seconds.values().count(), answers) << series.method << " " << series.route;
  }
  return found;
}

using Answers = std::multiset<std::string>;

TEST(RequestMetrics, EveryRouteAndEveryMethodHasASeriesOfItsOwn) {
  const RequestMetrics metrics;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const RequestMetrics::Series& series : metrics.series()) {
    EXPECT_TRUE(seen.emplace(series.method, series.route).second)
        << series.method << " " << series.route;
  }
  for (const Route& route : routes())
    EXPECT_TRUE(seen.contains({route.method_text, route.pattern}));
  EXPECT_EQ(seen.size(), routes().size() + 8);
}

TEST(RequestMetrics, StatusesGoToTheirClass) {
  RequestMetrics metrics;
  RequestMetrics::Series& series = metrics.without_route(http::Method::put);
  EXPECT_EQ(series.method, "PUT");
  for (const int status : {200, 206, 304, 400, 404, 429, 500, 503, 599}) {
    series.answered(status).add();
  }
  EXPECT_EQ(series.answers[0].value(), 2U);
  EXPECT_EQ(series.answers[1].value(), 1U);
  EXPECT_EQ(series.answers[2].value(), 3U);
  EXPECT_EQ(series.answers[3].value(), 3U);
}

TEST(RequestMetrics, CodesAreThoseThatReachAClient) {
  RequestMetrics metrics;
  std::set<std::string_view> names;
  for (const ErrorCode code : RequestMetrics::codes()) names.insert(name(code));
  EXPECT_EQ(names.size(), RequestMetrics::codes().size());
  EXPECT_TRUE(names.contains("bad_framing"));
  EXPECT_TRUE(names.contains("internal"));
  EXPECT_FALSE(names.contains("cannot_start"));
  metrics.count_refused_upload(ErrorCode::key_not_found);
  metrics.count_refused_upload(ErrorCode::internal);
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::internal), 1U);
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::bad_framing), 0U);
}

TEST(RequestMetrics, ARequestIsCountedWhereItBelongs) {
  ApiWorld world;
  const std::string id = world.add_file("content");
  world.get("/v1/files");
  world.get("/files?limit=x");
  world.get("/v1/files/" + id);
  world.get("/v1/files/file-unknown");
  world.get("/v1/files/" + id + "/content");
  world.get("/healthz");
  world.get("/nowhere");
  world.send(RequestText{.method = "PUT", .target = "/v1/files"}.key(world.key));
  world.send(RequestText{.method = "BREW", .target = "/v1/files"}.key(world.key));
  world.client.send("nonsense\r\n\r\n");
  EXPECT_EQ(
      answers(world.api.metrics()),
      (Answers{"POST /files 2xx", "GET /files 2xx", "GET /files 4xx", "GET /files/{file_id} 2xx",
               "GET /files/{file_id} 4xx", "GET /files/{file_id}/content 2xx", "GET /healthz 2xx",
               "GET none 4xx", "PUT none 4xx", "other none 4xx", "other none 4xx"}));
}

TEST(RequestMetrics, RefusedUploadsAreCountedByTheirCode) {
  ApiWorld world;
  const RequestMetrics& metrics = world.api.metrics();
  world.upload(FormText().field("purpose", "user_data"));
  world.upload(FormText().field("purpose", "nonsense").file("a", "b"));
  world.upload(FormText().field("purpose", "user_data").file("a", "b"), "sk-wrong");
  world.get("/v1/files/file-unknown");
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::missing_file), 1U);
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::invalid_purpose), 1U);
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::incorrect_key), 1U);
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::file_not_found), 0U);
  world.add_file("good");
  std::uint64_t all = 0;
  for (const ErrorCode code : RequestMetrics::codes()) all += metrics.refused_uploads(code);
  EXPECT_EQ(all, 3U);
}

TEST(RequestMetrics, ABodyThatBreaksOffIsAbandonedAndOneThatCannotBeReadIsRefusedAsWell) {
  ApiWorld world;
  const RequestMetrics& metrics = world.api.metrics();
  const FormText form = FormText().field("purpose", "user_data").file("a", "b");
  const std::string whole =
      RequestText{.method = "POST", .target = "/v1/files", .body = form.body()}
          .key(world.key)
          .header("Content-Type", form.content_type())
          .bytes();
  EXPECT_FALSE(world.client.send(whole.substr(0, whole.size() - 1)));
  const RequestMetrics::Series& series = series_of(metrics, "POST", "/files");
  EXPECT_EQ(series.abandoned.value(), 1U);
  EXPECT_EQ(answers(metrics), Answers{});

  const auto reply =
      world.client.send("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + world.key +
                        "\r\nContent-Type: " + form.content_type() +
                        "\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400);
  EXPECT_EQ(series.abandoned.value(), 2U);
  EXPECT_EQ(answers(metrics), Answers{"POST /files 4xx"});
  EXPECT_EQ(metrics.refused_uploads(ErrorCode::bad_framing), 1U);
}

TEST(RequestMetrics, TimeIsFromTheHeadToTheReply) {
  ApiWorld world;
  const FormText form = FormText().field("purpose", "user_data").file("a", "b");
  const std::string body = form.body();
  const std::string whole = RequestText{.method = "POST", .target = "/v1/files", .body = body}
                                .key(world.key)
                                .header("Content-Type", form.content_type())
                                .bytes();
  const auto parsed =
      http::parse_head(std::string_view(whole).substr(0, whole.size() - body.size()));
  ASSERT_TRUE(parsed);
  auto begun = world.api.begin(*parsed);
  auto exchange = std::get<std::unique_ptr<http::Exchange>>(std::move(begun));
  world.clock.advance(std::chrono::milliseconds(1'500));
  exchange->write(as_bytes(body));
  exchange->finish();
  const HistogramValues seen = series_of(world.api.metrics(), "POST", "/files").seconds.values();
  EXPECT_EQ(seen.count(), 1U);
  EXPECT_DOUBLE_EQ(seen.sum, 1.5);
}

}  // namespace
}  // namespace argot::api
