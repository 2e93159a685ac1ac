#include "api/auth.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "api/api_key.h"
#include "catalog/memory_catalog.h"
#include "http/head_parser.h"
#include "tests/support/fakes.h"

namespace argot::api {
namespace {

using catalog::Permission;

constexpr auto read_only = static_cast<std::uint32_t>(Permission::files_read);

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    project_ = *catalog_.create_organization("ours");
    other_project_ = *catalog_.create_project(project_.organization_id, "second");
    foreign_project_ = *catalog_.create_organization("theirs");
  }

  catalog::Scope whole() const {
    return {.organization_id = project_.organization_id, .project_id = std::nullopt};
  }
  catalog::Scope narrow() const {
    return {.organization_id = project_.organization_id, .project_id = other_project_.id};
  }

  std::string add_key(const catalog::Scope& scope, std::optional<WallTime> expires_at = {}) {
    const MintedKey minted = mint_key(random_);
    EXPECT_TRUE(catalog_
                    .create_key({.public_id = minted.parts.public_id,
                                 .secret_sha256 = minted.parts.secret_sha256,
                                 .scope = scope,
                                 .name = "test",
                                 .permissions = read_only,
                                 .created_at = clock_.now(),
                                 .expires_at = expires_at,
                                 .revoked_at = std::nullopt})
                    .has_value());
    return minted.text;
  }

  Result<Caller> authenticate(const std::vector<std::string>& headers, AuthOptions options = {}) {
    std::string head = "GET /v1/files HTTP/1.1\r\nHost: argot.test\r\n";
    for (const std::string& header : headers) head += header + "\r\n";
    head += "\r\n";
    const auto request = http::parse_head(head);
    EXPECT_TRUE(request.has_value()) << head;
    return Authenticator(catalog_, clock_, std::move(options)).authenticate(*request);
  }

  ErrorCode error(const std::vector<std::string>& headers) {
    const auto caller = authenticate(headers);
    EXPECT_FALSE(caller.has_value());
    return caller ? ErrorCode::internal : caller.error().code;
  }

  static std::string bearer(const std::string& key) { return "Authorization: Bearer " + key; }

  testing::FakeClock clock_;
  testing::SeededRandom random_{7};
  catalog::MemoryCatalog catalog_{clock_, random_};
  catalog::Project project_;
  catalog::Project other_project_;
  catalog::Project foreign_project_;
};

TEST_F(AuthTest, AKeyOfAnOrganizationSeesAllOfItAndWritesToItsFirstProject) {
  const std::string key = add_key(whole());
  const auto caller = authenticate({bearer(key)});
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->key_public_id, parse_key(key)->public_id);
  EXPECT_EQ(caller->scope.organization_id, project_.organization_id);
  EXPECT_EQ(caller->scope.project_id, std::nullopt);
  EXPECT_EQ(caller->project_id, project_.id);
  EXPECT_EQ(caller->permissions, read_only);
  EXPECT_EQ(caller->file_scope().project_id, project_.id);
}

TEST_F(AuthTest, AKeyOfAProjectSeesThatProject) {
  const auto caller = authenticate({bearer(add_key(narrow()))});
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->scope.project_id, other_project_.id);
  EXPECT_EQ(caller->project_id, other_project_.id);
}

TEST_F(AuthTest, ANamedProjectNarrowsTheScope) {
  const auto caller =
      authenticate({bearer(add_key(whole())), "OpenAI-Project: " + other_project_.id});
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->scope.project_id, other_project_.id);
  EXPECT_EQ(caller->project_id, other_project_.id);
}

TEST_F(AuthTest, TheSchemeIsReadInAnyCase) {
  const std::string key = add_key(whole());
  for (const std::string scheme : {"bearer", "BEARER", "Bearer", "bEaReR"}) {
    EXPECT_TRUE(authenticate({"Authorization: " + scheme + " " + key}).has_value()) << scheme;
    EXPECT_TRUE(authenticate({"Authorization: " + scheme + " \t " + key}).has_value()) << scheme;
  }
}

TEST_F(AuthTest, BasicTakesTheKeyAsItsPassword) {
  const std::string text = mint_key(random_).text;
  // base64 of ":" and of "user:" leave the key's first byte at different places.
  EXPECT_EQ(error({"Authorization: Basic OnNrLWFyZ290LQ=="}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({"Authorization: basic dXNlcjpzay1hcmdvdC0="}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({"Authorization: Basic %%%"}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({"Authorization: Basic dXNlcjo="}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization: Basic dXNlcg=="}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization: Basic"}), ErrorCode::missing_key);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t place = 0; place < 3; ++place) {
      group = group << 8U;
      if (at + place < bytes.size()) group |= static_cast<unsigned char>(bytes[at + place]);
    }
    for (std::size_t place = 0; place < 4; ++place) {
      const bool is_padding = at + place > bytes.size();
      text += is_padding ? '=' : digits[(group >> (18U - 6U * place)) & 63U];
    }
  }
  return text;
}

TEST_F(AuthTest, BasicWithARealKeyIsAsGoodAsBearer) {
  const std::string key = add_key(whole());
  for (const std::string user : {"", "u", "us", "user"}) {
    EXPECT_TRUE(authenticate({"Authorization: Basic " + base64(user + ":" + key)}).has_value())
        << user;
  }
  EXPECT_EQ(error({"Authorization: Basic " + base64(key + ":")}), ErrorCode::missing_key);
}

TEST_F(AuthTest, NoKeyIsMissing) {
  EXPECT_EQ(error({}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization:"}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization: Bearer"}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization: Digest username=\"x\""}), ErrorCode::missing_key);
  EXPECT_EQ(error({"Authorization: " + add_key(whole())}), ErrorCode::missing_key);
  EXPECT_EQ(error({"X-Api-Key: " + add_key(whole())}), ErrorCode::missing_key);
}

TEST_F(AuthTest, AKeyThatIsNotThatKeyIsIncorrect) {
  const std::string key = add_key(whole());
  EXPECT_EQ(error({bearer("hunter2")}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({bearer(mint_key(random_).text)}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({bearer(key + " " + key)}), ErrorCode::incorrect_key);
  EXPECT_EQ(error({bearer(key.substr(0, key.size() - 1))}), ErrorCode::incorrect_key);
}

// A key whose public id is known and whose check digits are right, but whose secret is another's.
TEST_F(AuthTest, AKnownIdWithAnotherSecretIsIncorrect) {
  const MintedKey known = mint_key(random_);
  KeyParts other = known.parts;
  other.secret_sha256 = mint_key(random_).parts.secret_sha256;
  ASSERT_TRUE(catalog_
                  .create_key({.public_id = other.public_id,
                               .secret_sha256 = other.secret_sha256,
                               .scope = whole(),
                               .name = "other",
                               .permissions = read_only,
                               .created_at = clock_.now(),
                               .expires_at = std::nullopt,
                               .revoked_at = std::nullopt})
                  .has_value());
  EXPECT_EQ(error({bearer(known.text)}), ErrorCode::incorrect_key);
}

TEST_F(AuthTest, IncorrectKeysAreNamedByTheirMask) {
  const std::string key = mint_key(random_).text;
  const auto caller = authenticate({bearer(key)});
  ASSERT_FALSE(caller.has_value());
  EXPECT_EQ(caller.error().detail, mask_key(key));
}

TEST_F(AuthTest, ARevokedKeyIsIncorrectFromThenOn) {
  const std::string key = add_key(whole());
  EXPECT_TRUE(authenticate({bearer(key)}).has_value());
  ASSERT_TRUE(catalog_.revoke_key(parse_key(key)->public_id, clock_.now()).has_value());
  EXPECT_EQ(error({bearer(key)}), ErrorCode::incorrect_key);
}

TEST_F(AuthTest, AKeyExpiresAtItsInstant) {
  using std::chrono::milliseconds;
  const std::string key = add_key(whole(), clock_.now() + milliseconds(10));
  clock_.advance(milliseconds(9));
  EXPECT_TRUE(authenticate({bearer(key)}).has_value());
  clock_.advance(milliseconds(1));
  EXPECT_EQ(error({bearer(key)}), ErrorCode::incorrect_key);
}

TEST_F(AuthTest, NamedTenantsMustMatchTheKey) {
  const std::string wide = bearer(add_key(whole()));
  const std::string tight = bearer(add_key(narrow()));
  const std::string ours = "OpenAI-Organization: " + project_.organization_id;
  EXPECT_TRUE(authenticate({wide, ours}).has_value());
  EXPECT_TRUE(authenticate({wide, "OpenAI-Organization:", "OpenAI-Project:"}).has_value());
  EXPECT_TRUE(authenticate({tight, ours, "OpenAI-Project: " + other_project_.id}).has_value());

  const std::string theirs = "OpenAI-Organization: " + foreign_project_.organization_id;
  EXPECT_EQ(error({wide, theirs}), ErrorCode::mismatched_organization);
  EXPECT_EQ(error({wide, "OpenAI-Project: " + foreign_project_.id}), ErrorCode::mismatched_project);
  EXPECT_EQ(error({wide, "OpenAI-Project: proj_none"}), ErrorCode::mismatched_project);
  EXPECT_EQ(error({tight, "OpenAI-Project: " + project_.id}), ErrorCode::mismatched_project);
}

TEST_F(AuthTest, TwoAuthorizationsAreOneTooMany) {
  const std::string key = bearer(add_key(whole()));
  EXPECT_EQ(error({key, key}), ErrorCode::invalid_request);
}

TEST_F(AuthTest, WithoutAuthEveryRequestIsTheDefaultOrganizations) {
  const auto caller = authenticate({bearer("whatever"), "OpenAI-Organization: org-elsewhere"},
                                   {.no_auth = true, .default_scope = whole()});
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->key_public_id, "");
  EXPECT_EQ(caller->scope.organization_id, project_.organization_id);
  EXPECT_EQ(caller->project_id, project_.id);
  EXPECT_TRUE(caller->may(Permission::files_delete));
  EXPECT_FALSE(caller->may(Permission::files_internal));
}

TEST_F(AuthTest, WithoutAuthADefaultProjectIsWhereFilesGo) {
  const auto caller = authenticate({}, {.no_auth = true, .default_scope = narrow()});
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->project_id, other_project_.id);
  EXPECT_EQ(caller->scope.project_id, other_project_.id);
}

TEST_F(AuthTest, MissingPermissionsAreNamedAsScopes) {
  const std::vector<std::pair<Permission, std::string>> scopes = {
      {Permission::files_read, "api.files.read"},
      {Permission::files_write, "api.files.write"},
      {Permission::files_delete, "api.files.delete"},
      {Permission::files_internal, "files.internal"}};
  for (const auto& [permission, scope] : scopes) {
    Caller caller{.permissions = ~static_cast<std::uint32_t>(permission)};
    const auto refused = require(caller, permission);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), (Error{ErrorCode::missing_scope, scope, ""}));
    caller.permissions = static_cast<std::uint32_t>(permission);
    EXPECT_TRUE(require(caller, permission).has_value());
  }
}

}  // namespace
}  // namespace argot::api
