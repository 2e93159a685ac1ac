#include "server/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "server/app_fixture_test.h"

namespace argot::server {
namespace {

using argot::testing::SocketClient;

// By the text before the value: `argot_http_connections`, `argot_alarms_total{event="fail_stop"}`.
using Samples = std::map<std::string, double>;

Samples parse(const std::string& text) {
  Samples samples;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    EXPECT_TRUE(samples.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second)
        << line;
  }
  return samples;
}

// Each test does one thing and looks at what moved because of it.
class MetricsTest : public AppFixture {
 protected:
  std::string text() const {
    return send(app_->admin_address(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").body;
  }
  Samples samples() const { return parse(text()); }

  // Once, and once more where the first round of the scrubber came by late.
  void expect_alarm(const std::string& event) const {
    const double alarms = value("argot_alarms_total{event=\"" + event + "\"}");
    EXPECT_GE(alarms, 1);
    EXPECT_LE(alarms, 2);
  }

  double value(const std::string& name) const {
    const Samples all = samples();
    const auto found = all.find(name);
    if (found != all.end()) return found->second;
    ADD_FAILURE() << "there is no sample " << name;
    return std::nan("");
  }

  // Whether the sample has that value within half a minute: some things are counted after the
  // client knows of them, and some by threads of their own.
  ::testing::AssertionResult becomes(const std::string& name, double wanted) const {
    const SystemClock clock;
    const SteadyTime end = clock.steady() + std::chrono::seconds(30);
    double seen = value(name);
    while (seen != wanted && clock.steady() < end) {
      std::this_thread::yield();
      seen = value(name);
    }
    if (seen == wanted) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << name << " is " << seen << ", not " << wanted;
  }

  // How much every sample grew while `action` ran, of those that did.
  template <typename Action>
  std::map<std::string, double> grown(Action action) {
    const Samples before = samples();
    action();
    std::map<std::string, double> more;
    for (const auto& [name, now] : samples()) {
      const auto then = before.find(name);
      if (then != before.end() && now != then->second) more[name] = now - then->second;
    }
    return more;
  }

  // The one blob that is stored.
  std::filesystem::path only_blob() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data_ + "/blobs")) {
      if (entry.is_regular_file()) return entry.path();
    }
    ADD_FAILURE() << "there is no blob";
    return {};
  }
};

TEST_F(MetricsTest, AnUploadIsSeenEverywhereItPassed) {
  start();
  // The first round over nothing writes down that it has ended.
  ASSERT_TRUE(becomes("argot_scrub_rounds_total", 1));
  const auto more = grown([this] { add_file(std::string(100'000, 'x')); });
  const auto by = [&more](const std::string& name) {
    const auto found = more.find(name);
    return found == more.end() ? 0.0 : found->second;
  };
  const std::string labels = "{route=\"/files\",method=\"POST\"";
  EXPECT_EQ(by("argot_http_requests_total" + labels + ",status=\"2xx\"}"), 1);
  EXPECT_EQ(by("argot_http_request_duration_seconds_count" + labels + "}"), 1);
  EXPECT_EQ(by("argot_http_request_duration_seconds_bucket" + labels + ",le=\"+Inf\"}"), 1);
  EXPECT_GT(by("argot_http_request_duration_seconds_sum" + labels + "}"), 0);
  EXPECT_GT(by("argot_http_received_bytes_total"), 100'000);
  EXPECT_LT(by("argot_http_received_bytes_total"), 101'000);
  EXPECT_EQ(by("argot_http_connections_total"), 1);
  EXPECT_EQ(by("argot_stored_bytes"), 100'000);
  EXPECT_EQ(by("argot_stored_files"), 1);
  EXPECT_EQ(by("argot_catalog_changes_total"), 1);
  EXPECT_EQ(by("argot_catalog_commits_total"), 1);
  EXPECT_EQ(by("argot_catalog_commit_changes_bucket{le=\"1\"}"), 1);
  EXPECT_EQ(by("argot_catalog_commit_changes_sum"), 1);
  EXPECT_EQ(by("argot_catalog_commit_duration_seconds_count"), 1);
  EXPECT_GT(by("argot_catalog_commit_duration_seconds_sum"), 0);
  // Nothing else of ours moved.
  for (const auto& [name, growth] : more) {
    EXPECT_EQ(name.find("alarms"), std::string::npos) << name;
    EXPECT_EQ(name.find("warnings"), std::string::npos) << name;
    EXPECT_EQ(name.find("refused"), std::string::npos) << name;
    EXPECT_EQ(name.find("sweep"), std::string::npos) << name;
    EXPECT_EQ(name.find("abandoned"), std::string::npos) << name;
  }
}

TEST_F(MetricsTest, ADownloadIsVerifiedOnceAndItsBytesAreCounted) {
  start();
  const auto made = upload(std::string(3'000'000, 'x'));
  const std::string id = id_in(made.body);
  const auto sent = static_cast<double>(made.head.size() + 4 + made.body.size());
  EXPECT_TRUE(becomes("argot_http_sent_bytes_total", sent));
  EXPECT_EQ(value("argot_content_blocks_verified_total"), 0);
  const auto reply = request("GET", "/v1/files/" + id + "/content");
  EXPECT_EQ(reply.body.size(), 3'000'000U);
  EXPECT_EQ(value("argot_content_blocks_verified_total"), 3);
  EXPECT_TRUE(becomes("argot_http_sent_bytes_total",
                      sent + static_cast<double>(reply.head.size() + 4 + reply.body.size())));
  EXPECT_EQ(request("GET", "/v1/files/" + id + "/content").status, 200);
  EXPECT_EQ(value("argot_content_blocks_verified_total"), 3);
  EXPECT_EQ(value("argot_http_requests_total{route=\"/files/{file_id}/content\",method=\"GET\","
                  "status=\"2xx\"}"),
            2);
}

TEST_F(MetricsTest, ARefusedUploadIsCountedByItsCode) {
  settings_.limits_file_bytes = 1'000;
  settings_.limits_uploads_per_minute = 2;
  start();
  EXPECT_EQ(upload(std::string(2'000, 'x')).status, 400);
  EXPECT_EQ(upload("x", "nonsense").status, 400);
  EXPECT_EQ(upload("x").status, 429);
  EXPECT_EQ(value("argot_uploads_refused_total{code=\"file_too_large\"}"), 1);
  EXPECT_EQ(value("argot_uploads_refused_total{code=\"invalid_purpose\"}"), 1);
  EXPECT_EQ(value("argot_uploads_refused_total{code=\"rate_limit_exceeded\"}"), 1);
  EXPECT_EQ(value("argot_http_requests_total{route=\"/files\",method=\"POST\",status=\"4xx\"}"), 3);
  EXPECT_EQ(value("argot_stored_files"), 0);
}

TEST_F(MetricsTest, AnUploadUnderWayIsInFlightAndThenAbandoned) {
  start();
  EXPECT_EQ(value("argot_uploads_in_flight"), 0);
  EXPECT_EQ(value("argot_uploads_in_flight_limit"), 512);
  {
    SocketClient client(app_->url().substr(7));
    client.send("POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key_ +
                "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n"
                "--b\r\n");
    EXPECT_TRUE(becomes("argot_uploads_in_flight", 1));
    EXPECT_TRUE(becomes("argot_http_connections", 1));
  }
  EXPECT_TRUE(becomes("argot_uploads_in_flight", 0));
  EXPECT_TRUE(becomes("argot_http_connections", 0));
  EXPECT_TRUE(becomes("argot_http_requests_abandoned_total{route=\"/files\",method=\"POST\"}", 1));
}

TEST_F(MetricsTest, OneConnectionTooManyIsCounted) {
  settings_.server_connections_max = 1;
  start();
  EXPECT_EQ(value("argot_http_connections_limit"), 1);
  const SocketClient holder(app_->url().substr(7));
  EXPECT_TRUE(becomes("argot_http_connections", 1));
  EXPECT_EQ(request("GET", "/v1/files").status, 503);
  EXPECT_EQ(value("argot_http_connections_refused_total"), 1);
  EXPECT_EQ(value("argot_http_connections_total"), 1);
}

TEST_F(MetricsTest, WhatIsDeletedIsNoLongerStoredAndThenSwept) {
  settings_.sweep_interval = std::chrono::milliseconds(10);
  start();
  const std::string id = add_file("content");
  EXPECT_EQ(value("argot_stored_bytes"), 7);
  EXPECT_EQ(request("DELETE", "/v1/files/" + id).status, 200);
  EXPECT_EQ(value("argot_stored_bytes"), 0);
  EXPECT_EQ(value("argot_stored_files"), 0);
  EXPECT_TRUE(becomes("argot_sweep_removed_total{what=\"garbage\"}", 1));
  EXPECT_EQ(value("argot_sweep_removed_total{what=\"expired\"}"), 0);
  EXPECT_EQ(value("argot_sweep_removed_total{what=\"orphans\"}"), 0);
}

TEST_F(MetricsTest, WhatExpiresIsSwept) {
  start();
  app_.reset();
  {
    // A file of the year 2001, whose time was up an hour later.
    argot::testing::FakeClock past(1'000'000'000'000);
    argot::testing::SeededRandom random;
    const auto catalog = catalog::SqliteCatalog::open({.path = settings_.catalog_location().where,
                                                       .clock = past,
                                                       .random = random,
                                                       .log = log_,
                                                       .on_outcome_unknown = nullptr});
    ASSERT_TRUE(catalog);
    const std::string organization = (*catalog)->organizations()->front();
    const catalog::Project project = (*catalog)->projects(organization)->front();
    ASSERT_TRUE((*catalog)->commit_file(
        {.scope = {.organization_id = organization, .project_id = project.id},
         .purpose = "user_data",
         .filename = "old",
         .expires_after_seconds = 3600,
         .blob = BlobId::mint(random)}));
  }
  start();
  EXPECT_EQ(value("argot_sweep_removed_total{what=\"expired\"}"), 1);
  EXPECT_EQ(value("argot_sweep_removed_total{what=\"garbage\"}"), 1);
}

TEST_F(MetricsTest, AnOrphanIsSweptAndIsAWarning) {
  start();
  app_.reset();
  const std::filesystem::path orphan = data_ + "/blobs/ab/ab" + std::string(38, '0');
  std::ofstream(orphan) << "nobody's";
  std::filesystem::last_write_time(
      orphan, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  start();
  EXPECT_TRUE(becomes("argot_sweep_removed_total{what=\"orphans\"}", 1));
  EXPECT_TRUE(becomes("argot_warnings_total{event=\"sweep_orphan\"}", 1));
}

TEST_F(MetricsTest, ASweepThatFailsIsCounted) {
  settings_.sweep_interval = std::chrono::milliseconds(10);
  start();
  const std::string id = add_file("content");
  const std::filesystem::path blob = only_blob();
  // A folder with something in it, where a file is to be removed.
  std::filesystem::remove(blob);
  std::filesystem::create_directories(blob / "in the way");
  EXPECT_EQ(value("argot_sweep_failures_total"), 0);
  EXPECT_EQ(request("DELETE", "/v1/files/" + id).status, 200);
  const SystemClock clock;
  const SteadyTime end = clock.steady() + std::chrono::seconds(30);
  while (value("argot_sweep_failures_total") == 0 && clock.steady() < end) {
    std::this_thread::yield();
  }
  EXPECT_GT(value("argot_sweep_failures_total"), 0);
  EXPECT_GT(value("argot_warnings_total{event=\"sweep_failed\"}"), 0);
}

TEST_F(MetricsTest, DamagedContentIsAnAlarm) {
  start();
  const std::string id = add_file("content");
  std::fstream(only_blob(), std::ios::in | std::ios::out) << "C";
  EXPECT_EQ(request("GET", "/v1/files/" + id + "/content").status, 500);
  expect_alarm("alarm_content_corrupt");
  EXPECT_EQ(value("argot_alarms_total{event=\"alarm_content_missing\"}"), 0);
  EXPECT_EQ(value("argot_content_blocks_verified_total"), 0);
}

TEST_F(MetricsTest, MissingContentIsAnAlarm) {
  start();
  const std::string id = add_file("content");
  std::filesystem::remove(only_blob());
  EXPECT_EQ(request("GET", "/v1/files/" + id + "/content").status, 500);
  expect_alarm("alarm_content_missing");
  EXPECT_EQ(value("argot_http_requests_total{route=\"/files/{file_id}/content\",method=\"GET\","
                  "status=\"5xx\"}"),
            1);
}

TEST_F(MetricsTest, AFullDiskIsSeen) {
  settings_.storage_free_bytes_min = limits::settable_bytes_max;
  start();
  EXPECT_GT(value("argot_storage_available_bytes"), 0);
  EXPECT_GE(value("argot_storage_size_bytes"), value("argot_storage_available_bytes"));
  EXPECT_EQ(upload("x").status, 507);
  EXPECT_EQ(value("argot_warnings_total{event=\"upload_refused_disk_low\"}"), 1);
  EXPECT_EQ(value("argot_uploads_refused_total{code=\"insufficient_storage\"}"), 1);
}

TEST_F(MetricsTest, TheCataloguesLogIsMovedWhenItIsLong) {
  start();
  EXPECT_EQ(value("argot_catalog_checkpoints_total"), 0);
  std::string wrong_lines;
  for (int line = 0; line < 1'000; ++line) wrong_lines += "{\"prompt\": 1}\n";
  // Each leaves a long report in the log, which is moved from 4 MiB on.
  for (int files = 0; files < 200 && value("argot_catalog_checkpoints_total") == 0; ++files) {
    ASSERT_EQ(upload(wrong_lines, "fine-tune").status, 200);
  }
  EXPECT_GT(value("argot_catalog_checkpoints_total"), 0);
}

TEST_F(MetricsTest, TheProcessIsSeen) {
  const SystemClock clock;
  const auto before = static_cast<double>(unix_seconds(clock.now()));
  start();
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(value("process_virtual_memory_bytes"), value("process_resident_memory_bytes"));
  EXPECT_GT(value("process_open_fds"), 256);  // the store's folders alone
  EXPECT_GT(value("process_max_fds"), value("process_open_fds"));
  EXPECT_GT(value("process_cpu_seconds_total"), 0);
  EXPECT_GE(value("process_start_time_seconds"), before);
  EXPECT_LE(value("process_start_time_seconds"),
            static_cast<double>(unix_seconds(clock.now()) + 1));
  EXPECT_NE(text().find("\nargot_build_info{version=\"" ARGOT_VERSION "\",compiler=\""),
            std::string::npos);
}

// No label tells who or what: no key, no tenant, no name of a file, no path of a client's.
TEST_F(MetricsTest, NothingOfAClientIsInIt) {
  start();
  const std::string id = add_file("content");
  request("GET", "/v1/files/" + id);
  request("GET", "/some/where/else");
  request("BREW", "/v1/files");
  const std::string all = text();
  for (const std::string& secret :
       {id, key_, key_.substr(9, 11), std::string("notes.txt"), std::string("org-"),
        std::string("proj_"), std::string("else"), std::string("BREW"), folder_.path().string()}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
}

TEST_F(MetricsTest, EveryFamilyIsThereOnceWithItsHelpAndItsType) {
  start();
  const std::string all = text();
  std::set<std::string> names;
  for (std::size_t at = all.find("# HELP "); at != std::string::npos;
       at = all.find("# HELP ", at + 1)) {
    const std::size_t from = at + 7;
    const std::string name = all.substr(from, all.find(' ', from) - from);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_NE(all.find("\n# TYPE " + name + " "), std::string::npos) << name;
  }
  EXPECT_GE(names.size(), 30U);
}

// docs/guides/operate.md has a row for each metric that the server exports, and for no other.
TEST_F(MetricsTest, TheGuideDescribesWhatIsExportedAndNothingElse) {
  start();
  const std::string all = text();
  std::set<std::string> exported;
  for (std::size_t at = all.find("# TYPE "); at != std::string::npos;
       at = all.find("# TYPE ", at + 1)) {
    exported.insert(all.substr(at + 7, all.find('\n', at) - at - 7));
  }
  std::ifstream guide(ARGOT_SOURCE_DIR "/docs/guides/operate.md");
  std::set<std::string> described;
  for (std::string line; std::getline(guide, line);) {
    // | `name` | type | meaning |
    if (!line.starts_with("| `argot_") && !line.starts_with("| `process_")) continue;
    const std::size_t end = line.find('`', 3);
    const std::size_t type = end + 4;
    described.insert(line.substr(3, end - 3) + " " +
                     line.substr(type, line.find(' ', type) - type));
  }
  EXPECT_EQ(described, exported);
}

// And a row for each event that is counted as an alarm or a warning.
TEST(OperateGuide, SaysWhatToDoAboutEveryEvent) {
  std::ifstream guide(ARGOT_SOURCE_DIR "/docs/guides/operate.md");
  std::set<std::string> described;
  bool is_table_of_events = false;
  for (std::string line; std::getline(guide, line);) {
    if (!line.starts_with('|')) is_table_of_events = false;
    if (line.starts_with("| event |")) is_table_of_events = true;
    if (is_table_of_events && line.starts_with("| `")) {
      described.insert(line.substr(3, line.find('`', 3) - 3));
    }
  }
  std::set<std::string> counted(alarm_events.begin(), alarm_events.end());
  counted.insert(warning_events.begin(), warning_events.end());
  EXPECT_EQ(described, counted);
}

}  // namespace
}  // namespace argot::server
