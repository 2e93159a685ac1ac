// Every route for every sort of caller: whose a file is decides, and nothing of a stranger's shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "api/routes.h"
#include "base/ids.h"
#include "tests/support/api_world.h"
#include "tests/support/route_requests.h"

namespace argot::api {
namespace {

using catalog::Permission;
using testing::ApiWorld;
using testing::RequestText;
using testing::WireReply;

bool names_something(const Route& route) { return route.pattern.contains('{'); }

std::string name_of(const Route& route) {
  return std::string(route.method_text) + " " + std::string(route.pattern);
}

// What a client gets, without what differs by nature: the id it asked for, the request's id and
// time.
std::string text_of(const WireReply& reply, const std::string& id) {
  std::string text;
  std::istringstream head(reply.head);
  for (std::string line; std::getline(head, line);) {
    const bool differs = line.starts_with("x-request-id:") || line.starts_with("Date:") ||
                         line.starts_with("openai-processing-ms:");
    if (!differs) text += line + "\n";
  }
  text += "\n" + reply.body;
  for (std::size_t place = text.find(id); place != std::string::npos; place = text.find(id)) {
    text.replace(place, id.size(), "ID");
  }
  return text;
}

class TenantsTest : public ::testing::Test {
 protected:
  WireReply ask(const Route& route, const std::string& id, const std::string& key) {
    RequestText request = testing::request_to(route, id);
    if (!key.empty()) request.key(key);
    return world_.send(request);
  }

  // New, and "secret" in its content or its name.
  std::string add_secret(const Route& route, const std::string& key) {
    return testing::add_target(world_, route, key, "secret", "secret.txt");
  }

  std::string unknown_id(const Route& route) {
    return testing::is_for_upload(route)
               ? mint_timed_id("upload_", world_.clock.now(), world_.random)
               : mint_file_id(world_.clock.now(), world_.random);
  }

  // Those that ask for a key; there must be some.
  static std::vector<Route> guarded() {
    std::vector<Route> found;
    std::ranges::copy_if(routes(), std::back_inserter(found),
                         [](const Route& route) { return route.permission.has_value(); });
    EXPECT_GE(found.size(), 7U);
    return found;
  }

  ApiWorld world_;
};

TEST_F(TenantsTest, AForeignFileAndAnUnknownOneGetTheSameAnswer) {
  const catalog::Scope other = world_.add_organization("other");
  const std::string project = world_.catalog.projects(world_.scope.organization_id)->front().id;
  const auto second = world_.catalog.create_project(world_.scope.organization_id, "second");
  const catalog::Scope first_only = {.organization_id = world_.scope.organization_id,
                                     .project_id = project};
  const catalog::Scope second_only = {.organization_id = world_.scope.organization_id,
                                      .project_id = second->id};
  const std::vector<std::pair<std::string, std::string>> strangers = {
      {"another organization", world_.add_key(other)},
      {"another project", world_.add_key(second_only)}};
  const std::string owner = world_.add_key(first_only);

  for (const Route& route : guarded()) {
    if (!names_something(route)) continue;
    const std::string id = add_secret(route, world_.key);
    for (const auto& [who, key] : strangers) {
      SCOPED_TRACE(name_of(route) + " by " + who);
      const std::string unknown = unknown_id(route);
      const WireReply foreign = ask(route, id, key);
      EXPECT_EQ(foreign.status, 404);
      EXPECT_EQ(text_of(foreign, id), text_of(ask(route, unknown, key), unknown));
    }
    EXPECT_EQ(ask(route, unknown_id(route), owner).status, 404) << name_of(route);
    EXPECT_EQ(ask(route, id, owner).status, 200) << name_of(route);
    if (route.operation == Operation::file_content && route.method == http::Method::get) {
      EXPECT_EQ(ask(route, id, owner).body, "secret");
    }
  }
}

TEST_F(TenantsTest, ListsAndCursorsTellNothingOfOthers) {
  const std::string other = world_.add_key(world_.add_organization("other"));
  const std::string id = world_.add_file("secret", "secret.txt");
  const RequestText list{.target = "/v1/files"};
  const WireReply all = world_.send(RequestText(list).key(other));
  EXPECT_EQ(all.status, 200);
  EXPECT_FALSE(all.body.contains("secret.txt"));
  for (const std::string order : {"asc", "desc"}) {
    const auto after = [&](const std::string& cursor) {
      const std::string target = "/v1/files?order=" + order + "&after=" + cursor;
      return text_of(world_.send(RequestText{.target = target}.key(other)), cursor);
    };
    EXPECT_EQ(after(id), after(mint_file_id(world_.clock.now(), world_.random))) << order;
  }
}

TEST_F(TenantsTest, WithoutAGoodKeyNothingIsServed) {
  const std::string file = world_.add_file("secret", "secret.txt");
  const Route upload_route{.pattern = "/uploads/{upload_id}"};
  const std::string upload = add_secret(upload_route, world_.key);
  const auto id_for = [&](const Route& route) {
    return testing::is_for_upload(route) ? upload : file;
  };
  const std::string expired =
      world_.add_key(world_.scope, testing::every_permission, world_.clock.now());
  const std::string revoked = world_.add_key(world_.scope);
  ASSERT_TRUE(world_.catalog.revoke_key(parse_key(revoked)->public_id, world_.clock.now()));
  std::string wrong = world_.key;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  const std::vector<std::pair<std::string, std::string>> bad = {{"no key", ""},
                                                                {"expired", expired},
                                                                {"revoked", revoked},
                                                                {"wrong", wrong},
                                                                {"short", "sk-argot-x"}};
  for (const Route& route : guarded()) {
    for (const auto& [what, key] : bad) {
      const WireReply reply = ask(route, id_for(route), key);
      EXPECT_EQ(reply.status, 401) << name_of(route) << ", " << what;
      EXPECT_FALSE(reply.body.contains("secret")) << name_of(route) << ", " << what;
    }
  }
  EXPECT_EQ(world_.file_count(), 1U);
  EXPECT_EQ(world_.blob_count(), 1U);
}

TEST_F(TenantsTest, EveryRouteAsksForItsPermissionAndNoOther) {
  constexpr auto permissions =
      std::to_array({Permission::files_read, Permission::files_write, Permission::files_delete,
                     Permission::files_internal});
  for (const Route& route : guarded()) {
    for (const Permission permission : permissions) {
      const std::string key = world_.add_key(world_.scope, testing::bits(permission));
      const int status = ask(route, add_secret(route, world_.key), key).status;
      EXPECT_EQ(status, permission == *route.permission ? 200 : 401)
          << name_of(route) << " with " << testing::bits(permission);
    }
    const std::string others =
        world_.add_key(world_.scope, ~testing::bits(*route.permission) & 0xFU);
    EXPECT_EQ(ask(route, add_secret(route, world_.key), others).status, 401) << name_of(route);
  }
}

}  // namespace
}  // namespace argot::api
