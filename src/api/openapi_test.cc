#include "api/openapi.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "api/routes.h"
#include "base/text.h"
#include "json/reader.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

json::Value document() {
  auto parsed = json::parse(openapi_document());
  EXPECT_TRUE(parsed.has_value()) << parsed.error().detail;
  return parsed.value_or(json::Value());
}

bool is_operation(std::string_view key) {
  return key != "servers" && key != "parameters" && key != "summary" && key != "description";
}

TEST(OpenApi, DescribesExactlyTheRoutes) {
  std::set<std::string> served;
  for (const Route& route : routes()) {
    served.insert(std::string(route.method_text) + " " + std::string(route.pattern));
  }
  std::set<std::string> described;
  const json::Value api = document();
  for (const json::Member& path : api.find("paths")->members()) {
    for (const json::Member& operation : path.value.members()) {
      if (!is_operation(operation.key)) continue;
      std::string method = operation.key;
      for (char& letter : method) letter = static_cast<char>(letter - 'a' + 'A');
      described.insert(method + " " + path.key);
    }
  }
  EXPECT_EQ(described, served);
}

TEST(OpenApi, SaysWhichRoutesAskForAKeyAndWhereTheyAre) {
  const json::Value api = document();
  for (const Route& route : routes()) {
    const json::Value* const path = api.find("paths")->find(route.pattern);
    ASSERT_NE(path, nullptr) << route.pattern;
    const json::Value* const operation = path->find(to_lower(route.method_text));
    ASSERT_NE(operation, nullptr) << route.pattern;
    EXPECT_EQ(operation->find("security") == nullptr, route.permission.has_value());
    EXPECT_EQ(path->find("servers") == nullptr, route.permission.has_value());
  }
  EXPECT_EQ(*api.find("servers")->items().front().find("url")->string(), version_prefix);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  const json::Value api = document();
  std::size_t count = 0;
  const auto visit = [&](const auto& self, const json::Value& value) -> void {
    for (const json::Value& item : value.items()) self(self, item);
    for (const json::Member& member : value.members()) {
      self(self, member.value);
      if (member.key != "$ref") continue;
      ++count;
      std::string_view rest = *member.value.string();
      ASSERT_TRUE(rest.starts_with("#/"));
      rest.remove_prefix(2);
      const json::Value* at = &api;
      while (!rest.empty() && at != nullptr) {
        const std::string_view step = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), step.size() + 1));
        at = at->find(step);
      }
      EXPECT_NE(at, nullptr) << *member.value.string();
    }
  };
  visit(visit, api);
  EXPECT_GT(count, 50U);
}

TEST(OpenApi, IsServedAsItIs) {
  testing::ApiWorld world;
  const auto reply = world.send({.target = "/openapi.json"});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Type"), "application/json");
  EXPECT_EQ(reply.body, openapi_document());
}

}  // namespace
}  // namespace argot::api
