#include "server/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "server/settings_table.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

// A value of each setting that is not its default, and one that no source may give.
struct Case {
  std::string_view key;
  std::string_view good;
  std::string_view bad;

  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.key; }
};

constexpr std::string_view with_nul{"a\0b", 3};

const std::vector<Case> cases = {
    {"data", "elsewhere", with_nul},
    {"listen", "[::1]:0", "8080"},
    {"admin_listen", "unix:/run/argot/admin.sock", "unix:"},
    {"catalog", "postgres://host:5433/db", "mysql://user:password@host/db"},
    {"blobs", "disk:/x", "s3://bucket?endpoint=x"},
    {"s3.credentials_file", "s3.txt", with_nul},
    {"s3.ca_file", "ca.pem", with_nul},
    {"s3.redirect_lifetime", "168h", "169h"},
    {"bootstrap_key_file", "key.txt", with_nul},
    {"no_auth", "true", "maybe"},
    {"tls.certificate", "cert.pem", with_nul},
    {"tls.key", "key.pem", with_nul},
    {"log.format", "json", "xml"},
    {"log.level", "debug", "loud"},
    {"limits.profile", "2026-08", "2025-01"},
    {"limits.file_bytes", "1GB", "0"},
    {"limits.upload_bytes", "20GB", "0"},
    {"limits.batch_file_bytes", "200MB", "-1"},
    {"limits.assistants_tokens", "5000000", "2M"},
    {"limits.organization_bytes", "2.5TB", "9999999TB"},
    {"limits.project_bytes", "1000", "0"},
    {"limits.uploads_per_minute", "1000", "0"},
    {"validation.mode", "strict", "Strict"},
    {"tokens.count_records", "true", "some"},
    {"downloads.refuse_purposes", "assistants,user_data", "assistants,,batch"},
    {"documents.workers", "64", "65"},
    {"server.loops", "2", "65"},
    {"server.workers", "1024", "1025"},
    {"server.connections_max", "1", "0"},
    {"server.uploads_max", "3", "many"},
    {"server.uploads_per_key_max", "20", "0"},
    {"server.head_timeout", "500ms", "0s"},
    {"server.idle_timeout", "2m", "10"},
    {"server.write_stall_timeout", "1h", "-1s"},
    {"server.body_window", "10s", "10 s"},
    {"server.body_bytes_per_second_min", "0", "1.0001KB"},
    {"server.drain_timeout", "0ms", "367d"},
    {"storage.free_bytes_min", "1GB", "lots"},
    {"verify.max_age", "1s", "999ms"},
    {"scrub.interval", "1s", "999ms"},
    {"scrub.bytes_per_second_max", "1KB", "1023"},
    {"uploads.lifetime", "1s", "999ms"},
    {"sweep.interval", "10ms", "9ms"},
    {"sweep.orphan_age", "1s", "999ms"},
};

class SettingsSources : public ::testing::Test {
 protected:
  std::string write_config(const std::string& text) {
    std::ofstream(config_) << text;
    return config_;
  }

  // A whole number is written as one, everything else as a string, as a person would.
  static std::string toml_line(std::string_view key, std::string_view value) {
    const bool is_number = value.find_first_not_of("0123456789") == std::string_view::npos;
    const std::string quote = is_number ? "" : "\"";
    std::string text = std::string(key) + " = " + quote;
    for (const char character : value) {
      text += character == '\0' ? std::string("\\u0000") : std::string(1, character);
    }
    return text + quote + "\n";
  }

  static std::string shown(const Result<Settings>& settings, std::string_view key) {
    return settings ? find_setting(key)->show(*settings) : settings.error().detail;
  }

  static void expect_refused(const Result<Settings>& settings, const Case& one,
                             const std::string& origin) {
    ASSERT_FALSE(settings) << one.key;
    EXPECT_EQ(settings.error().code, ErrorCode::cannot_start);
    const std::string& line = settings.error().detail;
    EXPECT_TRUE(line.starts_with(std::string(one.key) + ": expected ")) << line;
    EXPECT_NE(line.find("; got " + in_quotes(one.bad) + " from " + origin), std::string::npos)
        << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }

  argot::testing::TempFolder folder_;
  std::string config_ = folder_ / "argot.toml";
};

class EachSetting : public SettingsSources, public ::testing::WithParamInterface<Case> {};

TEST_P(EachSetting, IsTakenFromAFlag) {
  const auto [key, good, bad] = GetParam();
  const auto settings = load_settings({.flags = {{std::string(key), std::string(good)}}});
  EXPECT_EQ(shown(settings, key), good);
  EXPECT_NE(shown(load_settings({}), key), good);
}

TEST_P(EachSetting, IsTakenFromAVariable) {
  const auto [key, good, bad] = GetParam();
  const std::string variable = find_setting(key)->variable();
  EXPECT_EQ(shown(load_settings({.environment = {{variable, std::string(good)}}}), key), good);
}

TEST_P(EachSetting, IsTakenFromTheFile) {
  const auto [key, good, bad] = GetParam();
  EXPECT_EQ(shown(load_settings({.config_file = write_config(toml_line(key, good))}), key), good);
}

TEST_P(EachSetting, IsRefusedWithTheFlagThatIsWrong) {
  const Case one = GetParam();
  expect_refused(load_settings({.flags = {{std::string(one.key), std::string(one.bad)}}}), one,
                 "the flag " + find_setting(one.key)->flag());
}

TEST_P(EachSetting, IsRefusedWithTheVariableThatIsWrong) {
  const Case one = GetParam();
  const std::string variable = find_setting(one.key)->variable();
  expect_refused(load_settings({.environment = {{variable, std::string(one.bad)}}}), one,
                 "the variable " + variable);
}

TEST_P(EachSetting, IsRefusedWithTheLineThatIsWrong) {
  const Case one = GetParam();
  const std::string config = write_config("# first\n" + toml_line(one.key, one.bad));
  expect_refused(load_settings({.config_file = config}), one, config + ":2");
}

std::string test_name(const ::testing::TestParamInfo<Case>& tested) {
  std::string name(tested.param.key);
  std::ranges::replace(name, '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Table, EachSetting, ::testing::ValuesIn(cases), test_name);

TEST(SettingsCases, CoverTheWholeTable) {
  for (const Setting& setting : settings_table()) {
    EXPECT_TRUE(std::ranges::any_of(cases, [&](const Case& one) { return one.key == setting.key; }))
        << setting.key;
  }
}

TEST_F(SettingsSources, BeatEachOtherInOrder) {
  SettingSources sources;
  EXPECT_EQ(load_settings(sources)->server_workers, 16U);
  sources.config_file = write_config("server.workers = 1\n");
  EXPECT_EQ(load_settings(sources)->server_workers, 1U);
  sources.environment = {{"ARGOT_SERVER_WORKERS", "2"}};
  EXPECT_EQ(load_settings(sources)->server_workers, 2U);
  sources.flags = {{"server.workers", "3"}};
  EXPECT_EQ(load_settings(sources)->server_workers, 3U);
}

TEST_F(SettingsSources, AreValidatedEvenWhereAStrongerOneWins) {
  const auto settings = load_settings(
      {.flags = {{"server.workers", "3"}}, .environment = {{"ARGOT_SERVER_WORKERS", "none"}}});
  EXPECT_FALSE(settings);
}

TEST_F(SettingsSources, TakeAnEmptyVariableAsNotSet) {
  const auto settings =
      load_settings({.environment = {{"ARGOT_SERVER_WORKERS", ""}, {"ARGOT_CONFIG", ""}}});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->server_workers, 16U);
}

TEST_F(SettingsSources, TakeTheLimitsThatNobodyGivesFromTheProfile) {
  const auto settings = load_settings({.flags = {{"limits.profile", "2026-08"}}});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->limits_file_bytes, 512_MiB);
  EXPECT_EQ(settings->limits_batch_file_bytes, 200_MiB);
  EXPECT_EQ(settings->limits_organization_bytes, std::nullopt);
  EXPECT_EQ(settings->limits_project_bytes, 2'748'779'069'440U);
  EXPECT_EQ(settings->limits_uploads_per_minute, 1'000U);
  const policy::Policy policy = policy_of(*settings);
  EXPECT_EQ(policy.file_bytes_max, 512_MiB);
  EXPECT_EQ(policy.upload_bytes_max, 8_GiB);
  EXPECT_EQ(policy.batch_file_bytes_max, 200_MiB);
  EXPECT_EQ(policy.assistants_tokens_max, 2'000'000U);
  EXPECT_EQ(policy.organization_bytes_max, std::nullopt);
  EXPECT_EQ(policy.project_bytes_max, 2'748'779'069'440U);
}

// Whichever source is the stronger one.
TEST_F(SettingsSources, TakeAGivenLimitBeforeThatOfTheProfile) {
  const std::string config = write_config("limits.batch_file_bytes = \"1MB\"\n");
  const auto settings = load_settings({.flags = {{"limits.profile", "2026-08"}},
                                       .environment = {{"ARGOT_LIMITS_ORGANIZATION_BYTES", "1GB"},
                                                       {"ARGOT_LIMITS_PROJECT_BYTES", "none"}},
                                       .config_file = config});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->limits_batch_file_bytes, 1_MiB);
  EXPECT_EQ(settings->limits_organization_bytes, 1_GiB);
  EXPECT_EQ(settings->limits_project_bytes, std::nullopt);
  EXPECT_EQ(settings->limits_uploads_per_minute, 1'000U);
}

TEST_F(SettingsSources, MayGiveNoLimitOfAnOrganization) {
  const auto settings = load_settings({.flags = {{"limits.organization_bytes", "none"}}});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->limits_organization_bytes, std::nullopt);
}

TEST_F(SettingsSources, FindTheFileThatAVariableNames) {
  const std::string config = write_config("server.workers = 5\n");
  EXPECT_EQ(load_settings({.environment = {{"ARGOT_CONFIG", config}}})->server_workers, 5U);
  const auto missing = load_settings(
      {.environment = {{"ARGOT_CONFIG", config}}, .config_file = folder_ / "missing.toml"});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().detail.find("missing.toml"), std::string::npos);
}

TEST_F(SettingsSources, RefuseAKeyOfTheFileThatIsNone) {
  const std::string config = write_config("[server]\nworkers = 1\nworker = 2\n");
  const auto settings = load_settings({.config_file = config});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::cannot_start);
  EXPECT_TRUE(settings.error().detail.starts_with("\"server.worker\": expected one of"));
  EXPECT_NE(settings.error().detail.find(config + ":3"), std::string::npos);
}

TEST_F(SettingsSources, ReportVariablesThatAreNone) {
  const auto settings = load_settings({.environment = {{"ARGOT_SERVER_WORKER", "1"},
                                                       {"ARGOT_CONFIG", ""},
                                                       {"ARGOT_SETUP", "no"},
                                                       {"ARGOT_DATA", "here"},
                                                       {"ARGOTOPENAI_SERVER_URL", "x"}}});
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->unknown_variables, std::vector<std::string>{"ARGOT_SERVER_WORKER"});
}

TEST_F(SettingsSources, DeriveBothBackEndsFromTheDataFolder) {
  const auto derived = load_settings({.flags = {{"data", "there"}}});
  EXPECT_EQ(derived->catalog_location().text(), "sqlite:there/meta.db");
  EXPECT_EQ(derived->blobs_path(), "there");
  const auto given = load_settings(
      {.flags = {{"data", "there"}, {"catalog", "sqlite:a.db"}, {"blobs", "disk:b"}}});
  EXPECT_EQ(given->catalog_location().text(), "sqlite:a.db");
  EXPECT_EQ(given->blobs_path(), "b");
}

TEST_F(SettingsSources, AllowNoAuthOnLoopbackOnly) {
  const auto refused = load_settings(
      {.flags = {{"no_auth", "true"}}, .environment = {{"ARGOT_LISTEN", "0.0.0.0:8080"}}});
  ASSERT_FALSE(refused);
  for (const std::string_view part :
       {"no_auth", "--no-auth", "listen", "0.0.0.0:8080", "ARGOT_LISTEN", "loopback"}) {
    EXPECT_NE(refused.error().detail.find(part), std::string::npos) << part;
  }
  EXPECT_TRUE(load_settings({.flags = {{"no_auth", "true"}}}));
  EXPECT_TRUE(load_settings({.flags = {{"no_auth", "true"}, {"listen", "[::1]:0"}}}));
  EXPECT_TRUE(load_settings({.flags = {{"no_auth", "false"}, {"listen", "0.0.0.0:80"}}}));
  EXPECT_FALSE(load_settings({.flags = {{"no_auth", "true"}, {"bootstrap_key_file", "key"}}}));
}

TEST_F(SettingsSources, AllowTheAdminListenerOnLoopbackOnly) {
  for (const std::string beyond : {"0.0.0.0:9090", "[::]:9090", "10.0.0.1:9090", "example.com:1"}) {
    const auto refused = load_settings({.environment = {{"ARGOT_ADMIN_LISTEN", beyond}}});
    ASSERT_FALSE(refused) << beyond;
    EXPECT_EQ(refused.error().code, ErrorCode::cannot_start);
    for (const std::string& part :
         {std::string("admin_listen: expected unix:PATH, a loopback address or off"),
          std::string("ARGOT_ADMIN_LISTEN"), beyond}) {
      EXPECT_NE(refused.error().detail.find(part), std::string::npos) << refused.error().detail;
    }
  }
  for (const std::string fine : {"127.0.0.1:0", "[::1]:9090", "localhost:9090", "unix:x", "off"}) {
    EXPECT_TRUE(load_settings({.flags = {{"admin_listen", fine}}})) << fine;
  }
}

TEST_F(SettingsSources, PutTheAdminSocketIntoTheDataFolder) {
  EXPECT_EQ(load_settings({.flags = {{"data", "/d"}}})->admin_socket_path(), "/d/admin.sock");
  EXPECT_EQ(load_settings({.flags = {{"admin_listen", "unix:/x"}}})->admin_socket_path(), "/x");
}

TEST_F(SettingsSources, NeverRepeatWhatMayBeASecret) {
  for (const std::string wrong :
       {"postgres://user:password@[host/db", "postgresql//user:password@host/db",
        "user:password@host", "postgres://host/db?nonsense=password"}) {
    const auto location = load_settings({.flags = {{"catalog", wrong}}});
    ASSERT_FALSE(location) << wrong;
    const std::string& said = location.error().detail;
    EXPECT_EQ(said.find("password"), std::string::npos) << said;
    EXPECT_NE(said.find("catalog: expected sqlite:PATH or postgres://"), std::string::npos) << said;
  }
}

TEST(LoadSettings, ContentIsOnADiskOrOnS3AndNeverOnBoth) {
  const std::string s3 = "s3://files/p?endpoint=http://h:9000&region=r&style=virtual";
  const auto on_s3 =
      load_settings({.flags = {{"blobs", s3}}, .environment = {{"ARGOT_BLOBS", "disk:b"}}});
  ASSERT_TRUE(on_s3);
  ASSERT_TRUE(on_s3->blobs_s3);
  EXPECT_EQ(on_s3->blobs_s3->bucket, "files");
  EXPECT_EQ(on_s3->blobs_path(), on_s3->data);
  const auto on_disk =
      load_settings({.flags = {{"blobs", "disk:b"}}, .environment = {{"ARGOT_BLOBS", s3}}});
  ASSERT_TRUE(on_disk);
  EXPECT_FALSE(on_disk->blobs_s3);
  EXPECT_EQ(on_disk->blobs_path(), "b");
}

}  // namespace
}  // namespace argot::server
