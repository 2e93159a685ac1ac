#include "blob/s3_answer.h"

#include <gtest/gtest.h>

#include <chrono>

namespace argot::blob {
namespace {

TEST(S3Answer, ElementsHaveTextAndChildren) {
  const auto root = parse_s3_answer(
      "\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error xmlns=\"http://s3.test/\" a='>'>"
      "<Code>NoSuchKey</Code ><Empty/><Empty b=\"1\" />"
      "<Message>a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos; "
      "&#65;&#x42;&#xE4;</Message></Error>\n");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "Error");
  ASSERT_EQ(root->children.size(), 4U);
  EXPECT_EQ(root->text_of("Code"), "NoSuchKey");
  EXPECT_EQ(root->text_of("Message"), "a <b> & \"c\" 'd' AB\xC3\xA4");
  EXPECT_EQ(root->text_of("Empty"), "");
  EXPECT_EQ(root->child("Missing"), nullptr);
  EXPECT_EQ(root->text_of("Missing"), "");
}

TEST(S3Answer, WhatIsNotWellFormedIsNone) {
  for (const char* const text : {"",
                                 " ",
                                 "text",
                                 "<a>",
                                 "</a>",
                                 "<a></b>",
                                 "<a><b></a></b>",
                                 "<a/><b/>",
                                 "<a/>text",
                                 "<a>&nbsp;</a>",
                                 "<a>&lt</a>",
                                 "<a>&#;</a>",
                                 "<a>&#xD800;</a>",
                                 "<a>&#0;</a>",
                                 "<a>&#1114112;</a>",
                                 "<a>&#99999999999999999999;</a>",
                                 "<a>]]></a>",
                                 "<a b></a>",
                                 "<a b=c></a>",
                                 "<a b=\"c></a>",
                                 "<a b=\"1\"c=\"2\"/>",
                                 "<a <b/>",
                                 "< a/>",
                                 "<1a/>",
                                 "<?xml",
                                 "<a>\xFF</a>",
                                 "<a"}) {
    EXPECT_FALSE(parse_s3_answer(text)) << text;
  }
}

TEST(S3Answer, WhatS3DoesNotSendIsNotRead) {
  for (const char* const text : {"<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
                                 "<a><!-- b --></a>", "<a><![CDATA[b]]></a>", "<a><?b c?></a>"}) {
    EXPECT_FALSE(parse_s3_answer(text)) << text;
  }
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t level = 0; level < depth; ++level) text += "<a>";
  for (std::size_t level = 0; level < depth; ++level) text += "</a>";
  return text;
}

TEST(S3Answer, DepthAndSizeHaveBounds) {
  EXPECT_TRUE(parse_s3_answer(nested(s3_answer_depth_max)));
  EXPECT_FALSE(parse_s3_answer(nested(s3_answer_depth_max + 1)));
  const std::string frame = "<a></a>";
  const std::string most(s3_answer_bytes_max - frame.size(), 'x');
  EXPECT_TRUE(parse_s3_answer("<a>" + most + "</a>"));
  EXPECT_FALSE(parse_s3_answer("<a>x" + most + "</a>"));
}

TEST(S3Answer, WhatIsEscapedReadsBack) {
  const std::string text = "\"a\" <b> & 'c'";
  const auto root = parse_s3_answer("<a>" + escape_xml(text) + "</a>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, text);
}

TEST(S3Answer, TimesAreInUtc) {
  EXPECT_EQ(parse_s3_time("1970-01-01T00:00:00Z"), from_unix_seconds(0));
  EXPECT_EQ(parse_s3_time("2026-11-28T21:46:14.123Z"), from_unix_seconds(1'795'902'374));
  for (const char* const text :
       {"", "2026-11-28", "2026-11-28T21:46:14", "2026-13-28T21:46:14Z", "2026-02-30T21:46:14Z",
        "2026-11-28T24:46:14Z", "2026-11-28T21:60:14Z", "2026-11-28T21:46:14.Z",
        "2026-11-28T21:46:14+00:00", "2026-11-28 21:46:14Z", "x026-11-28T21:46:14Z"}) {
    EXPECT_FALSE(parse_s3_time(text)) << text;
  }
}

TEST(S3Answer, APageOfObjectsSaysWhereTheNextBegins) {
  const std::string object =
      "<Contents><Key>a/b</Key><LastModified>1970-01-01T00:00:05.000Z</LastModified>"
      "<Size>7</Size></Contents>";
  const auto page =
      parse_object_page("<ListBucketResult><IsTruncated>true</IsTruncated>" + object + object +
                        "<NextContinuationToken>t=</NextContinuationToken>"
                        "</ListBucketResult>");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[1].key, "a/b");
  EXPECT_EQ(page->objects[1].bytes, 7U);
  EXPECT_EQ(page->objects[1].modified_at, from_unix_seconds(5));
  EXPECT_EQ(page->next, "t=");

  const auto last = parse_object_page("<ListBucketResult>" + object + "</ListBucketResult>");
  ASSERT_TRUE(last);
  EXPECT_EQ(last->next, "");
}

TEST(S3Answer, APageThatIsIncompleteIsNone) {
  for (const char* const text :
       {"<Error><Code>X</Code></Error>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><Size>7</Size></Contents></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key><LastModified>1970-01-01T00:00:05Z</LastModified>"
        "<Size>-7</Size></Contents></ListBucketResult>"}) {
    EXPECT_FALSE(parse_object_page(text)) << text;
  }
  for (const char* const text :
       {"<ListBucketResult/>",
        "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>",
        "<ListMultipartUploadsResult><Upload><Key>a</Key></Upload></ListMultipartUploadsResult>"}) {
    EXPECT_FALSE(parse_upload_page(text)) << text;
  }
}

TEST(S3Answer, APageOfUploadsSaysWhereTheNextBegins) {
  const auto page = parse_upload_page(
      "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker>"
      "<NextUploadIdMarker>i</NextUploadIdMarker><Upload><Key>a</Key><UploadId>2~x</UploadId>"
      "<Initiated>1970-01-01T00:00:05.000Z</Initiated></Upload></ListMultipartUploadsResult>");
  ASSERT_TRUE(page);
  ASSERT_EQ(page->uploads.size(), 1U);
  EXPECT_EQ(page->uploads[0].key, "a");
  EXPECT_EQ(page->uploads[0].id, "2~x");
  EXPECT_EQ(page->uploads[0].begun_at, from_unix_seconds(5));
  EXPECT_EQ(page->next_key, "k");
  EXPECT_EQ(page->next_id, "i");
}

}  // namespace
}  // namespace argot::blob
