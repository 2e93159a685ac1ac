#include "server/setting_values.h"

#include <gtest/gtest.h>

namespace argot::server {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(SizeText, IsReadBackAsItIs) {
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(size_text(1), "1");
  EXPECT_EQ(size_text(1'001), "1001");
  EXPECT_EQ(size_text(512ULL << 20U), "512MB");
  EXPECT_EQ(size_text(2'748'779'069'440), "2.5TB");
}

TEST(DurationText, IsReadWithItsUnit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  EXPECT_EQ(parse_duration("10s"), 10s);
  EXPECT_EQ(parse_duration("1m"), 1min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("30d"), 720h);
  EXPECT_EQ(parse_duration("36600d"), milliseconds(36600LL * 24 * 3600 * 1000));
}

TEST(DurationText, NeedsDigitsAndAUnitAndNothingElse) {
  for (const std::string_view bad :
       {"", "10", "s", "-1s", "+1s", "1 s", "1.5s", "10S", "1w", "1s ", "1s1", "36601d",
        "18446744073709551615s", "99999999999999999999s"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(DurationText, UsesTheLargestExactUnitUpToHours) {
  EXPECT_EQ(duration_text(0ms), "0ms");
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(60s), "1m");
  EXPECT_EQ(duration_text(24h), "24h");
  for (const milliseconds duration : {milliseconds(1), milliseconds(86'400'000)}) {
    EXPECT_EQ(parse_duration(duration_text(duration)), duration);
  }
}

TEST(Boolean, HasFourWordsForEachSide) {
  for (const std::string_view yes : {"true", "YES", "on", "1"}) {
    EXPECT_EQ(parse_boolean(yes), true) << yes;
  }
  for (const std::string_view no : {"false", "No", "off", "0"}) {
    EXPECT_EQ(parse_boolean(no), false) << no;
  }
  for (const std::string_view bad : {"", "2", "tru", "true ", "none"}) {
    EXPECT_EQ(parse_boolean(bad), std::nullopt) << bad;
  }
}

TEST(ListenAddress, IsReadAndWrittenAlike) {
  for (const std::string_view good : {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:65535", "[::]:80",
                                      "localhost:1", "files.example.com:443"}) {
    const auto address = parse_listen_address(good);
    ASSERT_TRUE(address) << good;
    EXPECT_EQ(address->text(), good);
  }
  EXPECT_EQ(parse_listen_address("[::1]:1")->host, "::1");
}

TEST(ListenAddress, NeedsAHostAndAPort) {
  for (const std::string_view bad :
       {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:80a", "::1:8080", "[::1]", "[::1:80", "[127.0.0.1]:80", "[]:80",
        "http://localhost:80", "a b:80"}) {
    EXPECT_EQ(parse_listen_address(bad), std::nullopt) << bad;
  }
}

TEST(ListenAddress, IsLoopbackWhereOnlyThisMachineReachesIt) {
  for (const std::string_view loopback : {"127.0.0.1", "127.255.0.9", "::1", "localhost"}) {
    EXPECT_TRUE(ListenAddress{.host = std::string(loopback)}.is_loopback()) << loopback;
  }
  for (const std::string_view other :
       {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "example.com", "localhost.example.com"}) {
    EXPECT_FALSE(ListenAddress{.host = std::string(other)}.is_loopback()) << other;
  }
}

TEST(AdminAddress, IsASocketAnAddressOrOff) {
  for (const std::string_view good :
       {"unix:/run/argot/admin.sock", "unix:x", "127.0.0.1:9090", "[::1]:0", "off"}) {
    const auto address = parse_admin_address(good);
    ASSERT_TRUE(address) << good;
    EXPECT_EQ(address->text(), good);
  }
  EXPECT_EQ(AdminAddress().text(), "");
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("unix:"), std::string_view("unix:a\0b", 8),
        std::string_view("/run/x"), std::string_view("Off"), std::string_view("9090")}) {
    EXPECT_EQ(parse_admin_address(bad), std::nullopt) << bad;
  }
}

TEST(InQuotes, StaysOnOneLineWhateverItHolds) {
  EXPECT_EQ(in_quotes("a\nb\"c"), R"("a\nb\"c")");
  EXPECT_LT(in_quotes(std::string(100'000, 'x')).size(), 200U);
  EXPECT_EQ(file_and_line("a\nb.toml", 3), R"(a\nb.toml:3)");
}

TEST(CatalogLocation, IsAFileOrADatabaseOfPostgreSql) {
  using Kind = CatalogLocation::Kind;
  const auto file = parse_catalog_location("sqlite:a/b.db");
  ASSERT_TRUE(file);
  EXPECT_EQ(*file, (CatalogLocation{.kind = Kind::sqlite, .where = "a/b.db"}));
  EXPECT_EQ(file->text(), "sqlite:a/b.db");
  for (const std::string uri : {"postgres://me:secret@host:5433/argot?sslmode=require",
                                "postgresql://me:secret@host:5433/argot"}) {
    const auto server = parse_catalog_location(uri);
    ASSERT_TRUE(server) << uri;
    EXPECT_EQ(*server, (CatalogLocation{.kind = Kind::postgres, .where = uri}));
    EXPECT_EQ(server->text(), "postgres://host:5433/argot");
  }
  for (const std::string_view other :
       {"", "a.db", "sqlite:", "mysql://host/db", "postgres:", "postgres://[::1/db",
        "postgres://host/db?no_such_option=1", "host=h dbname=d", "disk:x"}) {
    EXPECT_FALSE(parse_catalog_location(other)) << other;
  }
  EXPECT_FALSE(parse_catalog_location(std::string_view("postgres://h/d\0x", 16)));
}

TEST(InQuotes, HidesWhatMayBeASecret) {
  EXPECT_EQ(in_quotes("sk-argot-abcdefgh"), R"("sk-...")");
  EXPECT_EQ(in_quotes("postgres://user:password@host/db"), R"("postgres://...")");
  EXPECT_EQ(in_quotes("postgres:/user:pass@word@host/db"), R"("...@host/db")");
  EXPECT_EQ(in_quotes("/a@b:c"), R"("/a@b:c")");
}

}  // namespace
}  // namespace argot::server
