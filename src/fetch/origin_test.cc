#include "fetch/origin.h"

#include <gtest/gtest.h>

namespace argot::fetch {
namespace {

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_EQ(origin_of("https://Files.Test/v1?x#y"),
            (Origin{.scheme = "https", .host = "files.test", .port = "443"}));
  EXPECT_EQ(origin_of("HTTP://files.test"), origin_of("http://files.test:80/"));
  EXPECT_NE(origin_of("http://files.test:443/"), origin_of("https://files.test:443/"));
  EXPECT_NE(origin_of("http://files.test/"), origin_of("http://files.test.evil.test/"));
  EXPECT_EQ(origin_of("http://[::1]:8080/")->host, "[::1]");
}

TEST(Origin, OtherTextsHaveNone) {
  for (const char* const url :
       {"", "files.test", "/v1", "//files.test/", "file:///etc/passwd", "ftp://files.test/",
        "http://", "http://user@files.test/", "http://user:pass@files.test/",
        "http://files.test:0x50/", "http://files.test:70000/", "http://files test/",
        "http://files.test/a b", "http://files.test/\r\nX: 1", "http://files.test/\t",
        "http://files.test/\x7f", " http://files.test/"}) {
    EXPECT_FALSE(origin_of(url)) << url;
  }
  EXPECT_FALSE(origin_of(std::string("http://files.test/\0x", 20)));
}

TEST(Origin, RelativeUrlsAreResolved) {
  const std::string base = "http://a.test/v1/files?x=1";
  EXPECT_EQ(resolve_url(base, "b"), "http://a.test/v1/b");
  EXPECT_EQ(resolve_url(base, "/b"), "http://a.test/b");
  EXPECT_EQ(resolve_url(base, "?y"), "http://a.test/v1/files?y");
  EXPECT_EQ(resolve_url(base, "//b.test/c"), "http://b.test/c");
  EXPECT_EQ(resolve_url(base, "https://b.test"), "https://b.test/");
  EXPECT_EQ(resolve_url(base, "/a b/\xc3\xa9"), "http://a.test/a%20b/%c3%a9");
  EXPECT_EQ(resolve_url(base, "file:///etc/passwd"), "file:///etc/passwd");
  EXPECT_EQ(resolve_url(base, "http://b.test:99999/"), std::nullopt);
}

}  // namespace
}  // namespace argot::fetch
