#include "fetch/url.h"

#include <gtest/gtest.h>

namespace argot::fetch {
namespace {

using namespace std::string_literals;

TEST(Url, ComponentsAreEncodedAsInEcmaScript) {
  EXPECT_EQ(encode_component("fine tune&x=\xc3\xa9/+"), "fine%20tune%26x%3D%C3%A9%2F%2B");
  EXPECT_EQ(encode_component("AZaz09-_.!~*'()"), "AZaz09-_.!~*'()");
  EXPECT_EQ(encode_component("\0\x7f\xff#?%\"<>`{}|\\^[]:;@,$"s),
            "%00%7F%FF%23%3F%25%22%3C%3E%60%7B%7D%7C%5C%5E%5B%5D%3A%3B%40%2C%24");
  EXPECT_EQ(encode_component(""), "");
}

TEST(Url, QueriesKeepTheirOrder) {
  EXPECT_EQ(encode_query({}), "");
  EXPECT_EQ(encode_query({{"purpose", ""}}), "purpose=");
  EXPECT_EQ(encode_query({{"b", "1&2"}, {"a b", "="}}), "b=1%262&a%20b=%3D");
}

TEST(Url, SlashesAtTheEndOfTheBaseCollapse) {
  for (const char* const base :
       {"https://a.test/v1", "https://a.test/v1/", "https://a.test/v1///"}) {
    EXPECT_EQ(join_url({.base = base, .path = "/files"}), "https://a.test/v1/files");
  }
  EXPECT_EQ(join_url({.base = "https://a.test", .path = "/files"}), "https://a.test/files");
}

TEST(Url, TheQueryOfTheBaseStaysOnlyAlone) {
  EXPECT_EQ(join_url({.base = "https://a.test/v1/?k=1#f", .path = "/files"}),
            "https://a.test/v1/files?k=1");
  EXPECT_EQ(join_url({.base = "https://a.test/v1?k=1", .path = "/files", .query = "purpose=x"}),
            "https://a.test/v1/files?purpose=x");
}

}  // namespace
}  // namespace argot::fetch
