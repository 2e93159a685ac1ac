#include "api/routes.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::api {
namespace {

using http::Method;

http::Request request(Method method, std::string_view text, std::string_view path) {
  http::Request made;
  made.method = method;
  made.method_text = text;
  made.path = path;
  return made;
}

http::Request get(std::string_view path) { return request(Method::get, "GET", path); }

// What is found, as "pattern id", or the error as its name and detail.
std::string found(const http::Request& asked) {
  const auto match = find_route(asked);
  if (!match) return describe(match.error());
  return std::string(match->route->pattern) + " " + match->id;
}

TEST(Routes, FilesAreServedWithAndWithoutTheVersion) {
  for (const std::string prefix : {"", "/v1"}) {
    EXPECT_EQ(found(get(prefix + "/files")), "/files ");
    EXPECT_EQ(found(get(prefix + "/files/file-x")), "/files/{file_id} file-x");
    EXPECT_EQ(found(get(prefix + "/files/file-x/content")), "/files/{file_id}/content file-x");
  }
}

TEST(Routes, OtherPathsAreUnknown) {
  for (const std::string_view path : {"/",
                                      "/v1",
                                      "/v1/",
                                      "/file",
                                      "/v1/file",
                                      "/v1/files/",
                                      "/files/",
                                      "/v1/v1/files",
                                      "/v2/files",
                                      "/v1files",
                                      "/filesx",
                                      "/v1/files/x/",
                                      "/v1/files//content",
                                      "/v1/files/x/content/",
                                      "/v1/files/x/y/content",
                                      "/v1/files/x/contents",
                                      "/V1/FILES",
                                      "/v1/healthz",
                                      "/healthz/",
                                      "//files",
                                      "/v1//files",
                                      "/%66iles",
                                      "/v1/../files"}) {
    EXPECT_EQ(found(get(path)), "unknown_url: GET " + std::string(path));
  }
}

TEST(Routes, AKnownPathWithAnotherMethodIsNotAllowed) {
  EXPECT_EQ(found(request(Method::put, "PUT", "/v1/files")),
            "method_not_allowed: PUT on /v1/files");
  EXPECT_EQ(found(request(Method::other, "TRACE", "/files/x")),
            "method_not_allowed: TRACE on /files/x");
  EXPECT_EQ(found(request(Method::head, "HEAD", "/files/x")),
            "method_not_allowed: HEAD on /files/x");
  EXPECT_EQ(found(request(Method::post, "POST", "/healthz")),
            "method_not_allowed: POST on /healthz");
}

TEST(Routes, AllowedMethodsAreListed) {
  EXPECT_EQ(allowed_methods("/v1/files"), "GET, POST");
  EXPECT_EQ(allowed_methods("/files/x"), "GET, DELETE");
  EXPECT_EQ(allowed_methods("/v1/files/x/content"), "GET, HEAD");
  EXPECT_EQ(allowed_methods("/readyz"), "GET");
  EXPECT_EQ(allowed_methods("/nowhere"), "");
}

TEST(Routes, IdsAreDecodedOnce) {
  EXPECT_EQ(find_route(get("/files/a%2Fb"))->id, "a/b");
  EXPECT_EQ(find_route(get("/files/%2e%2e"))->id, "..");
  EXPECT_EQ(find_route(get("/files/a%252Fb"))->id, "a%2Fb");
  EXPECT_EQ(find_route(get("/files/a+b"))->id, "a+b");
  EXPECT_EQ(find_route(get("/files/%00"))->id, std::string(1, '\0'));
}

TEST(Routes, AnIdWhoseEncodingIsBrokenIsTakenAsSent) {
  EXPECT_EQ(find_route(get("/files/100%"))->id, "100%");
  EXPECT_EQ(find_route(get("/files/%zz/content"))->id, "%zz");
}

TEST(Routes, LongPathsAreEchoedInPart) {
  const std::string path = "/" + std::string(5'000, 'x');
  const auto match = find_route(get(path));
  ASSERT_FALSE(match.has_value());
  EXPECT_EQ(match.error().detail, "GET " + path.substr(0, 256));
}

bool touches_files(const Route& route) {
  return route.pattern.starts_with("/files") || route.pattern.starts_with("/uploads");
}

TEST(Routes, EverythingThatTouchesFilesAsksForAKey) {
  for (const Route& route : routes()) {
    EXPECT_EQ(route.permission.has_value(), touches_files(route)) << route.pattern;
  }
}

}  // namespace
}  // namespace argot::api
