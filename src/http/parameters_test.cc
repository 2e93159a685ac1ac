#include "http/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace argot::http {
namespace {

using namespace std::string_literals;

std::optional<ParameterizedValue> parse(std::string_view text) {
  return parse_parameterized(text, QuotedPairs::standard);
}

std::optional<ParameterizedValue> parse_form(std::string_view text) {
  return parse_parameterized(text, QuotedPairs::form_data);
}

// The one parameter `p` of `a; p=TEXT`, or "?" if that is malformed.
std::string value_of(const std::string& text, QuotedPairs quoted = QuotedPairs::standard) {
  const auto parsed = parse_parameterized("a; p=" + text, quoted);
  return parsed ? std::string(parsed->find("p").value_or("-")) : "?";
}

TEST(Parameters, ContentTypesOfRealClients) {
  EXPECT_EQ(parse("multipart/form-data; boundary=abc")->find("boundary"), "abc");
  EXPECT_EQ(parse("Multipart/Form-Data;boundary=\"a=b_c:d e\"")->find("boundary"), "a=b_c:d e");
  EXPECT_EQ(parse("multipart/form-data; charset=utf-8; Boundary=AbC")->find("boundary"), "AbC");
  EXPECT_EQ(parse("multipart/form-data; boundary=----=_Part_1.2")->find("boundary"),
            "----=_Part_1.2");
  EXPECT_EQ(parse("Application/JSON")->value, "application/json");
  EXPECT_TRUE(parse("application/json")->parameters.empty());
  EXPECT_EQ(parse("text/plain; charset=utf-8")->find("charset"), "utf-8");
}

TEST(Parameters, DispositionsOfRealClients) {
  const auto dotnet = parse_form("form-data; name=file; filename=x.txt; filename*=utf-8''x.txt");
  ASSERT_TRUE(dotnet);
  EXPECT_EQ(dotnet->value, "form-data");
  EXPECT_EQ(dotnet->find("name"), "file");
  EXPECT_EQ(dotnet->find("filename"), "x.txt");
  EXPECT_EQ(dotnet->find("filename*"), "utf-8''x.txt");
  const auto python = parse_form("form-data; name=\"file\"; filename=\"caf\u00e9 %22.txt\"");
  EXPECT_EQ(python->find("filename"), "caf\u00e9 %22.txt");
  const auto bracketed = parse_form("form-data; name=\"expires_after[anchor]\"");
  EXPECT_EQ(bracketed->find("name"), "expires_after[anchor]");
  EXPECT_FALSE(bracketed->find("filename"));
}

TEST(Parameters, QuotedPairsInHeadersQuoteAnything) {
  EXPECT_EQ(value_of(R"("a\"b")"), "a\"b");
  EXPECT_EQ(value_of(R"("a\\b")"), "a\\b");
  EXPECT_EQ(value_of(R"("a\bc")"), "abc");
  EXPECT_EQ(value_of("\"\\\t\""), "\t");
  EXPECT_EQ(value_of("\"\\\r\""), "?");
}

TEST(Parameters, BackslashesInFormsOnlyEscapeQuotesAndThemselves) {
  EXPECT_EQ(value_of(R"("a\"b")", QuotedPairs::form_data), "a\"b");
  EXPECT_EQ(value_of(R"("a\\b")", QuotedPairs::form_data), "a\\b");
  EXPECT_EQ(value_of(R"("C:\temp\a.txt")", QuotedPairs::form_data), R"(C:\temp\a.txt)");
  EXPECT_EQ(value_of(R"("\\")", QuotedPairs::form_data), "\\");
  EXPECT_EQ(value_of(R"("a\")", QuotedPairs::form_data), "?");
}

TEST(Parameters, QuotedTextMayHoldSeparators) {
  EXPECT_EQ(value_of("\"a; q=b\""), "a; q=b");
  EXPECT_EQ(value_of("\"\""), "");
  EXPECT_EQ(value_of("\"a=b,c\"; q=r"), "a=b,c");
  EXPECT_EQ(value_of("\"\xFF\xC3\xA9\t \""), "\xFF\xC3\xA9\t ");
}

TEST(Parameters, BlanksAndEmptyParametersAreSkipped) {
  for (const std::string_view text :
       {"a;p=v", "a ; p=v", "a\t;\tp=v\t", "a;;p=v", "a; ; p=v;", "a;p=v ;", " a ;p=v"}) {
    const auto parsed = parse(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->value, "a");
    EXPECT_EQ(parsed->find("p"), "v") << text;
    EXPECT_EQ(parsed->parameters.size(), 1U);
  }
}

TEST(Parameters, NamesAreInLowerCaseAndValuesAsSent) {
  const auto parsed = parse("A/B; FileName=X.Txt");
  EXPECT_EQ(parsed->value, "a/b");
  EXPECT_EQ(parsed->parameters.front().name, "filename");
  EXPECT_EQ(parsed->find("filename"), "X.Txt");
}

TEST(Parameters, MalformedTextIsRefused) {
  for (const std::string& text : {""s,
                                  " "s,
                                  ";"s,
                                  "; p=v"s,
                                  "a b; p=v"s,
                                  "a/b/c"s,
                                  "a/"s,
                                  "/b"s,
                                  "a/b c"s,
                                  "a; p"s,
                                  "a; p="s,
                                  "a; =v"s,
                                  "a; p =v"s,
                                  "a; p= v"s,
                                  "a; p=v w"s,
                                  "a; p=v\"w\""s,
                                  "a; p=\"v"s,
                                  "a; p=\"v\\\""s,
                                  "a; p=\"v\"w"s,
                                  "a; p=\"v\" w"s,
                                  "a; p=\"v\r\n\""s,
                                  "a; p=\"v\0\""s,
                                  "a; p=v\0"s,
                                  "a; p=\x7F"s,
                                  "a; p\xC3\xA9=v"s,
                                  "a; p=v, b; q=w"s,
                                  "a, b"s,
                                  "a; (p)=v"s,
                                  "a; p=v; P=w"s,
                                  "a; p=v; p=v"s,
                                  "a\r\n; p=v"s,
                                  "a=b"s,
                                  "a; p=\"v\",q"s,
                                  "\"a\"; p=v"s}) {
    EXPECT_FALSE(parse(text)) << testing::PrintToString(text);
    EXPECT_FALSE(parse_form(text)) << testing::PrintToString(text);
  }
}

TEST(Parameters, NumberIsBounded) {
  const auto text_with = [](std::size_t count) {
    std::string text = "a";
    for (std::size_t number = 0; number < count; ++number)
      text += "; p" + std::to_string(number) + "=v";
    return text;
  };
  EXPECT_TRUE(parse(text_with(parameters_max - 1)));
  EXPECT_EQ(parse(text_with(parameters_max))->parameters.size(), parameters_max);
  EXPECT_FALSE(parse(text_with(parameters_max + 1)));
}

TEST(Parameters, LongTextsCostNoMoreThanTheirLength) {
  EXPECT_TRUE(parse("a" + std::string(1'000'000, ';')));
  EXPECT_FALSE(parse("a; p=\"" + std::string(1'000'000, '\\')));
  EXPECT_EQ(parse("a; p=\"" + std::string(1'000'000, 'x') + "\"")->find("p")->size(), 1'000'000U);
}

TEST(ExtendedValue, IsDecodedToUtf8) {
  EXPECT_EQ(decode_extended("UTF-8''caf%C3%A9.txt"), "caf\u00e9.txt");
  EXPECT_EQ(decode_extended("utf-8'en-GB'%e2%82%AC%20rates"), "\u20ac rates");
  EXPECT_EQ(decode_extended("iso-8859-1'en'%A3%20rates"), "\u00a3 rates");
  EXPECT_EQ(decode_extended("ISO-8859-1''%FF"), "\u00ff");
  EXPECT_EQ(decode_extended("utf-8''"), "");
  EXPECT_EQ(decode_extended("utf-8''a%2Fb%00"), "a/b\0"s);
}

TEST(ExtendedValue, MalformedIsRefused) {
  for (const std::string_view text : {"",
                                      "a",
                                      "utf-8",
                                      "utf-8'",
                                      "utf-8'en",
                                      "''a",
                                      "utf-7''a",
                                      "utf-16''a",
                                      "us-ascii''a",
                                      "utf-8''%",
                                      "utf-8''%4",
                                      "utf-8''%4g",
                                      "utf-8''%zz",
                                      "utf-8''%FF",
                                      "utf-8''%C3",
                                      "utf-8''%ED%A0%80",
                                      "utf-8''%C0%AF",
                                      "utf-8''a b",
                                      "utf-8''a'b",
                                      "utf-8''a\"b",
                                      "utf-8''caf\xC3\xA9",
                                      "utf-8''a/b",
                                      "utf-8' en'a",
                                      " utf-8''a",
                                      "utf-8''a;b",
                                      "utf-8''a%+1"}) {
    EXPECT_FALSE(decode_extended(text)) << text;
  }
}

}  // namespace
}  // namespace argot::http
