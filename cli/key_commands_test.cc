#include "cli/key_commands.h"

#include <gtest/gtest.h>

#include "api/api_key.h"
#include "catalog/memory_catalog.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

using catalog::Permission;
using namespace std::chrono_literals;

class KeyCommands : public ::testing::Test {
 protected:
  Result<CreatedKey> create(const NewKey& wanted) {
    return create_key(catalog_, wanted, random_, clock_.now());
  }

  std::string problem(const NewKey& wanted) {
    const auto created = create(wanted);
    if (created) return "none";
    EXPECT_EQ(created.error().code, ErrorCode::invalid_request);
    return created.error().detail;
  }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_{11};
  catalog::MemoryCatalog catalog_{clock_, random_};
};

TEST_F(KeyCommands, ScopesAreWordsWithCommas) {
  const auto all = parse_scopes("internal,delete,write,read");
  ASSERT_TRUE(all);
  EXPECT_EQ(scopes_text(*all), "read,write,delete,internal");
  EXPECT_EQ(parse_scopes("read"), static_cast<std::uint32_t>(Permission::files_read));
  for (const std::string_view bad : {"", "read,", ",read", "all", "read write", "READ"}) {
    EXPECT_EQ(parse_scopes(bad), std::nullopt) << bad;
  }
}

TEST_F(KeyCommands, AKeyIsMadeForTheOnlyOrganization) {
  const auto first = *catalog_.create_organization("first");
  const auto created =
      create({.name = "ci", .permissions = *parse_scopes("read"), .expires_in = 24h});
  ASSERT_TRUE(created) << created.error().detail;
  const auto parts = api::parse_key(created->text);
  ASSERT_TRUE(parts);
  const auto row = *catalog_.find_key(parts->public_id);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->secret_sha256, parts->secret_sha256);
  EXPECT_EQ(row->name, "ci");
  EXPECT_EQ(row->scope.organization_id, first.organization_id);
  EXPECT_EQ(row->scope.project_id, std::nullopt);
  EXPECT_TRUE(row->may(Permission::files_read));
  EXPECT_FALSE(row->may(Permission::files_write));
  EXPECT_EQ(row->created_at, clock_.now());
  EXPECT_EQ(row->expires_at, clock_.now() + 24h);
}

TEST_F(KeyCommands, AmongSeveralOrganizationsOneMustBeNamed) {
  EXPECT_NE(problem({}).find("--new-organization"), std::string::npos);
  const auto first = *catalog_.create_organization("first");
  const auto second = *catalog_.create_organization("second");
  EXPECT_NE(problem({}).find("--organization ID"), std::string::npos);
  EXPECT_NE(problem({.organization = "org-none"}).find("no organization"), std::string::npos);
  const auto created = create({.organization = second.organization_id});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->key.scope.organization_id, second.organization_id);
}

TEST_F(KeyCommands, AKeyMayBringItsOrganizationAndItsProject) {
  ASSERT_TRUE(catalog_.create_organization("first"));
  const auto created = create({.new_organization = "second", .new_project = "training"});
  ASSERT_TRUE(created) << created.error().detail;
  EXPECT_EQ(catalog_.organizations()->size(), 2U);
  const auto projects = *catalog_.projects(created->key.scope.organization_id);
  ASSERT_EQ(projects.size(), 2U);
  EXPECT_EQ(projects.back().name, "training");
  EXPECT_EQ(created->key.scope.project_id, projects.back().id);
}

TEST_F(KeyCommands, AProjectMustBeTheOrganizationsOwn) {
  const auto first = *catalog_.create_organization("first");
  const auto second = *catalog_.create_organization("second");
  const NewKey foreign{.organization = first.organization_id, .project = second.id};
  EXPECT_NE(problem(foreign).find("--project"), std::string::npos);
  const auto created = create({.organization = first.organization_id, .project = first.id});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->key.scope.project_id, first.id);
  EXPECT_EQ(catalog_.keys()->size(), 1U);
}

TEST_F(KeyCommands, NamesAreTextOfALineAndBounded) {
  ASSERT_TRUE(catalog_.create_organization("first"));
  EXPECT_EQ(problem({.name = std::string(255, 'x')}), "none");
  EXPECT_NE(problem({.name = std::string(256, 'x')}).find("--name"), std::string::npos);
  EXPECT_NE(problem({.name = "a\nb"}).find("--name"), std::string::npos);
  EXPECT_NE(problem({.new_organization = "\xFF"}).find("--new-organization"), std::string::npos);
  EXPECT_NE(problem({.new_project = "\x7F"}).find("--new-project"), std::string::npos);
  // Refused before anything was made.
  EXPECT_EQ(catalog_.organizations()->size(), 1U);
}

TEST_F(KeyCommands, AListShowsEverythingButSecrets) {
  ASSERT_TRUE(catalog_.create_organization("first"));
  const auto kept = *create({.name = "kept \"one\"", .permissions = *parse_scopes("read,write")});
  const auto expired = *create({.expires_in = 1h});
  const auto revoked = *create({});
  ASSERT_TRUE(catalog_.revoke_key(revoked.key.public_id, clock_.now()));
  clock_.advance(1h);
  const auto keys = *catalog_.keys();
  const std::string table = keys_table(keys, clock_.now());
  const std::string json = keys_json(keys, clock_.now());
  for (const CreatedKey& key : {kept, expired, revoked}) {
    EXPECT_NE(table.find("\n" + key.key.public_id + "  "), std::string::npos) << table;
    EXPECT_NE(json.find("\"id\":\"" + key.key.public_id + "\""), std::string::npos) << json;
    const std::string secret = key.text.substr(key.text.size() - 40);
    EXPECT_EQ((table + json).find(secret), std::string::npos);
  }
  for (const std::string_view state : {"  active ", "  expired ", "  revoked "}) {
    EXPECT_NE(table.find(state), std::string::npos) << table;
  }
  EXPECT_TRUE(json.starts_with("{\"object\":\"list\",\"data\":[{\"object\":\"key\",")) << json;
  EXPECT_NE(json.find("\"name\":\"kept \\\"one\\\"\""), std::string::npos);
  EXPECT_NE(json.find("\"scopes\":[\"read\",\"write\"],\"state\":\"active\""), std::string::npos);
}

TEST_F(KeyCommands, ATableHasItsHeadingEvenWithoutKeys) {
  EXPECT_EQ(keys_table({}, clock_.now()),
            "ID  STATE  SCOPES  ORGANIZATION  PROJECT  EXPIRES  NAME\n");
  EXPECT_EQ(keys_json({}, clock_.now()), "{\"object\":\"list\",\"data\":[]}\n");
}

TEST_F(KeyCommands, OnlyANewKeyComesWithItsText) {
  ASSERT_TRUE(catalog_.create_organization("first"));
  const auto created = *create({});
  const std::string json = created_json(created, clock_.now());
  EXPECT_NE(json.find("\"key\":\"" + created.text + "\""), std::string::npos);
  EXPECT_NE(json.find("\"project_id\":null"), std::string::npos);
  EXPECT_NE(json.find("\"created_at\":1767225600,\"expires_at\":null"), std::string::npos) << json;
}

TEST_F(KeyCommands, TimesAreInUtc) {
  EXPECT_EQ(calendar_text(from_unix_seconds(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(calendar_text(from_unix_seconds(1'767'225'599)), "2025-12-31T23:59:59Z");
}

}  // namespace
}  // namespace argot::cli
