#include "blob/s3_location.h"

#include <gtest/gtest.h>

namespace argot::blob {
namespace {

using Style = S3Location::Style;

TEST(S3Location, AnEndpointIsReachedByPath) {
  const auto location = S3Location::parse("s3://files?endpoint=http://10.0.0.7:9000");
  ASSERT_TRUE(location);
  EXPECT_EQ(*location, (S3Location{.bucket = "files",
                                   .prefix = "",
                                   .scheme = "http",
                                   .host = "10.0.0.7:9000",
                                   .region = "us-east-1",
                                   .style = Style::path}));
  EXPECT_EQ(location->request_host(), "10.0.0.7:9000");
  EXPECT_EQ(location->path_of(""), "/files");
  EXPECT_EQ(location->path_of("a/b"), "/files/a/b");
}

TEST(S3Location, WithoutAnEndpointItIsAmazons) {
  const auto location = S3Location::parse("s3://files/argot/one?region=eu-central-1");
  ASSERT_TRUE(location);
  EXPECT_EQ(location->prefix, "argot/one/");
  EXPECT_EQ(location->scheme, "https");
  EXPECT_EQ(location->request_host(), "files.s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(location->path_of(""), "/");
  EXPECT_EQ(location->path_of("argot/one/x"), "/argot/one/x");
}

TEST(S3Location, TheStyleMayBeChosen) {
  const auto by_host = S3Location::parse("s3://files?style=virtual&endpoint=https://S3.Test/");
  ASSERT_TRUE(by_host);
  EXPECT_EQ(by_host->request_host(), "files.s3.test");
  const auto by_path = S3Location::parse("s3://files?style=path");
  ASSERT_TRUE(by_path);
  EXPECT_EQ(by_path->request_host(), "s3.us-east-1.amazonaws.com");
  EXPECT_EQ(by_path->path_of("k"), "/files/k");
}

TEST(S3Location, OnlyTlsMayReplaceTheSignatureOfPayloads) {
  EXPECT_TRUE(S3Location::parse("s3://files")->signs_payload);
  EXPECT_TRUE(S3Location::parse("s3://files?payload=signed")->signs_payload);
  EXPECT_FALSE(S3Location::parse("s3://files?payload=unsigned")->signs_payload);
  EXPECT_FALSE(
      S3Location::parse("s3://files?payload=unsigned&endpoint=https://h:9000")->signs_payload);
  EXPECT_TRUE(S3Location::parse("s3://files?payload=signed&endpoint=http://h")->signs_payload);
  EXPECT_FALSE(S3Location::parse("s3://files?payload=unsigned&endpoint=http://h"));
}

TEST(S3Location, TheSchemesOwnPortIsLeftOut) {
  EXPECT_EQ(S3Location::parse("s3://files?endpoint=http://h:80")->host, "h");
  EXPECT_EQ(S3Location::parse("s3://files?endpoint=https://h:443")->host, "h");
  EXPECT_EQ(S3Location::parse("s3://files?endpoint=https://h:80")->host, "h:80");
  EXPECT_EQ(S3Location::parse("s3://files?endpoint=http://[::1]:443")->host, "[::1]:443");
  EXPECT_EQ(S3Location::parse("s3://files?endpoint=http://[::1]")->host, "[::1]");
}

TEST(S3Location, ASlashBehindThePrefixChangesNothing) {
  EXPECT_EQ(S3Location::parse("s3://files/a/"), S3Location::parse("s3://files/a"));
  EXPECT_EQ(S3Location::parse("s3://files/"), S3Location::parse("s3://files"));
}

TEST(S3Location, ItsTextIsReadAsItself) {
  for (const char* const text :
       {"s3://files", "s3://files?payload=unsigned", "s3://files?region=EU-1",
        "s3://files/a/b?style=path", "s3://files?endpoint=http://h:81&region=x",
        "s3://files?endpoint=http://h&region=a_b"}) {
    const auto location = S3Location::parse(text);
    ASSERT_TRUE(location) << text;
    EXPECT_EQ(S3Location::parse(location->text()), location) << location->text();
  }
}

TEST(S3Location, APrefixHasABoundThatItsOwnTextKeeps) {
  const std::string longest = "s3://files/" + std::string(511, 'a');
  const auto location = S3Location::parse(longest);
  ASSERT_TRUE(location);
  EXPECT_EQ(S3Location::parse(location->text()), location);
  EXPECT_FALSE(S3Location::parse(longest + "a"));
}

TEST(S3Location, WhatCouldBeSomethingElseInAUrlIsRefused) {
  for (const char* const text : {"",
                                 "files",
                                 "s3:/files",
                                 "s3://",
                                 "s3://ab",
                                 "s3://Files",
                                 "s3://files.",
                                 "s3://fi..les",
                                 "s3://user:secret@files",
                                 "s3://files//a",
                                 "s3://files/a//b",
                                 "s3://files/../b",
                                 "s3://files/a b",
                                 "s3://files/%41",
                                 "s3://files#x",
                                 "s3://files?",
                                 "s3://files?endpoint",
                                 "s3://files?endpoint=",
                                 "s3://files?endpoint=h:9000",
                                 "s3://files?endpoint=ftp://h",
                                 "s3://files?endpoint=http://",
                                 "s3://files?endpoint=http://h:0",
                                 "s3://files?endpoint=http://h:65536",
                                 "s3://files?endpoint=http://h:x",
                                 "s3://files?endpoint=http://h/path",
                                 "s3://files?endpoint=http://u:p@h",
                                 "s3://files?endpoint=http://[::1",
                                 "s3://files?endpoint=http://h&endpoint=http://i",
                                 "s3://files?endpoint=http://h&",
                                 "s3://files?region=a/b",
                                 "s3://files?region=a%0d",
                                 "s3://files?region=a_b",
                                 "s3://files?style=host",
                                 "s3://files?payload=none",
                                 "s3://files?payload=",
                                 "s3://files?payload=unsigned&payload=unsigned",
                                 "s3://files?Style=path"}) {
    const auto location = S3Location::parse(text);
    EXPECT_FALSE(location) << text << " is taken for " << location->text();
  }
}

}  // namespace
}  // namespace argot::blob
