#include "http/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace argot::http {
namespace {

using namespace std::string_literals;

TEST(RequestTarget, PathAndQueryPartAtTheFirstMark) {
  const auto target = split_target("/v1/files?limit=1&x=?");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "");
  EXPECT_EQ(target->path, "/v1/files");
  EXPECT_EQ(target->query, "limit=1&x=?");
  EXPECT_EQ(split_target("/")->path, "/");
  EXPECT_EQ(split_target("/?")->query, "");
  EXPECT_EQ(split_target("//a/b")->path, "//a/b");
}

TEST(RequestTarget, AbsoluteFormIsReducedToItsPath) {
  const auto target = split_target("http://example.org:8080/v1/files?limit=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "example.org:8080");
  EXPECT_EQ(target->path, "/v1/files");
  EXPECT_EQ(target->query, "limit=1");
  EXPECT_EQ(split_target("HTTPS://a")->path, "/");
  EXPECT_EQ(split_target("http://a?q")->path, "/");
  EXPECT_EQ(split_target("http://a?q=/")->query, "q=/");
  EXPECT_EQ(split_target("http://[::1]:80/x")->authority, "[::1]:80");
}

TEST(RequestTarget, OtherFormsAreRefused) {
  for (const std::string_view target :
       {"", "*", "example.org", "example.org:80", "v1/files", "ftp://a/b", "http:/a", "http://",
        "http:///a", "http://u@a/", "http://a:b@c/", "http://a:99999/", "http://a b/", "?a=b",
        "http//a", "://a", "javascript:alert(1)", "http://?a", "http://a:80:80/"}) {
    EXPECT_FALSE(split_target(target)) << target;
  }
}

TEST(RequestTarget, OnlyVisibleAsciiWithoutFragment) {
  for (const std::string& target : {"/a#b"s, "/#"s, "/a b"s, "/\xC3\xA9"s, "/\x7F"s, "/\x01"s,
                                    "/\0"s, "/a\tb"s, "/a\r\nb"s, "/?a\xFF"s, "http://a/#x"s}) {
    EXPECT_FALSE(split_target(target)) << testing::PrintToString(target);
  }
  // Clients send the brackets of `expires_after[anchor]` as they are.
  EXPECT_TRUE(split_target("/v1/files?a[b]=c|d^`{}\"<>\\"));
}

TEST(RequestTarget, HostsAreNamesOrAddressesWithAPort) {
  for (const std::string_view host :
       {"a", "example.org", "EXAMPLE.org", "127.0.0.1", "127.0.0.1:8080", "localhost:0", "a:65535",
        "a:", "[::1]", "[::1]:8080", "[2001:db8::1.2.3.4]:1", "a_b", "a-b.c~d", "a%20b",
        "xn--bcher-kva.example"}) {
    EXPECT_TRUE(is_host(host)) << host;
  }
}

TEST(RequestTarget, AnythingElseIsNoHost) {
  for (const std::string_view host :
       {"",         ":",       ":80",     "a:b",  "a:65536",  "a:123456", "a:-1",    "a:+1",
        "a: 80",    "a b",     "a/b",     "a?b",  "a#b",      "u@a",      "a@",      "@a",
        "[",        "]",       "[]",      "[::1", "::1",      "[::1]x",   "[::1]:x", "[g]",
        "[::1]80",  "a\\b",    "a%2",     "a%zz", "\xC3\xA9", "a\"b",     "<a>",     "a|b",
        "http://a", "a:80:80", "[[::1]]", "a%",   "a\tb"}) {
    EXPECT_FALSE(is_host(host)) << host;
  }
}

}  // namespace
}  // namespace argot::http
