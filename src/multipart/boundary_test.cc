#include "multipart/boundary.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::multipart {
namespace {

std::string boundary_in(std::string_view content_type) {
  const auto boundary = boundary_of(content_type);
  return boundary ? *boundary : describe(boundary.error());
}

std::string refusal(ErrorCode code, std::string_view content_type) {
  const auto boundary = boundary_of(content_type);
  if (boundary) {
    ADD_FAILURE() << "taken: " << *boundary;
    return {};
  }
  EXPECT_EQ(boundary.error().code, code) << content_type;
  return boundary.error().detail;
}

TEST(BoundaryOf, ReadsATokenAsPythonSendsIt) {
  EXPECT_EQ(boundary_in("multipart/form-data; boundary=0123456789abcdef"), "0123456789abcdef");
}

TEST(BoundaryOf, ReadsAQuotedOneOfSeventyCharactersAsDotnetSendsIt) {
  EXPECT_EQ(boundary_in("multipart/form-data; "
                        "boundary=\"Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6a"
                        "Cr=WzQHm\""),
            "Nfa6j42d0DzJA3cqsKcJZrVhmMMTj3Xmz1DBdgfM0FUxbCVKULi03GHJJr0n6aCr=WzQHm");
}

TEST(BoundaryOf, ReadsABareOneWithAnEqualsSign) {
  EXPECT_EQ(boundary_in("multipart/form-data; boundary=----=_Part_1"), "----=_Part_1");
}

TEST(BoundaryOf, TakesEveryCharacterOfTheStandard) {
  const std::string all = "09AZaz'()+_,-./:=? x";
  EXPECT_EQ(boundary_in("multipart/form-data; boundary=\"" + all + "\""), all);
}

TEST(BoundaryOf, IgnoresCaseBlanksAndOtherParameters) {
  EXPECT_EQ(boundary_in("  Multipart/FORM-data ;charset=utf-8; BOUNDARY=aB ; x=y"), "aB");
}

TEST(BoundaryOf, TakesSeventyCharactersAndNotOneMore) {
  const std::string type = "multipart/form-data; boundary=";
  EXPECT_EQ(boundary_in(type + "x"), "x");
  EXPECT_EQ(boundary_in(type + std::string(69, 'x')), std::string(69, 'x'));
  EXPECT_EQ(boundary_in(type + std::string(70, 'x')), std::string(70, 'x'));
  EXPECT_EQ(refusal(ErrorCode::invalid_request, type + std::string(71, 'x')),
            "The boundary in the Content-Type must be 1 to 70 characters, but it is 71.");
}

TEST(BoundaryOf, NamesTheMediaTypeThatCameInstead) {
  EXPECT_EQ(refusal(ErrorCode::unsupported_media_type, "application/json; charset=utf-8"),
            "The request body must be multipart/form-data, but its Content-Type is "
            "\"application/json\".");
  for (const auto* other : {"multipart/mixed; boundary=x", "multipart/form-datax; boundary=x",
                            "form-data; boundary=x", "multipart; boundary=x"}) {
    refusal(ErrorCode::unsupported_media_type, other);
  }
}

TEST(BoundaryOf, SaysThatTheContentTypeIsMissing) {
  for (const auto* none : {"", "  ", ";boundary=x"}) {
    EXPECT_EQ(refusal(ErrorCode::unsupported_media_type, none),
              "The request body must be multipart/form-data, but its Content-Type is missing.");
  }
}

TEST(BoundaryOf, RefusesAMissingBoundary) {
  for (const auto* none : {"multipart/form-data", "multipart/form-data; charset=utf-8",
                           "multipart/form-data; boundary*=UTF-8''x"}) {
    EXPECT_EQ(refusal(ErrorCode::invalid_request, none),
              "The Content-Type multipart/form-data must name a boundary, but it names none.");
  }
}

TEST(BoundaryOf, RefusesAnEmptyOne) {
  EXPECT_EQ(refusal(ErrorCode::invalid_request, "multipart/form-data; boundary=\"\""),
            "The boundary in the Content-Type must be 1 to 70 characters, but it is 0.");
}

TEST(BoundaryOf, RefusesStrangeCharactersAndAFinalSpace) {
  EXPECT_EQ(refusal(ErrorCode::invalid_request, "multipart/form-data; boundary=\"a*b\""),
            "The boundary in the Content-Type must be 1 to 70 characters out of A-Z, a-z, 0-9, "
            "space and '()+_,-./:=?, but it is \"a*b\".");
  EXPECT_EQ(refusal(ErrorCode::invalid_request, "multipart/form-data; boundary=\"a \""),
            "The boundary in the Content-Type must be 1 to 70 characters, the last of them no "
            "space, but it is \"a \".");
  for (const auto* strange : {"\"\xC3\xA9\"", "\"a\\\"b\"", "a!b", "\"a\tb\"", "\"<x>\""}) {
    refusal(ErrorCode::invalid_request, std::string("multipart/form-data; boundary=") + strange);
  }
}

TEST(BoundaryOf, RefusesWhatCannotBeRead) {
  for (const auto* broken : {"multipart/form-data; boundary", "multipart/form-data; boundary=",
                             "multipart/form-data; boundary=\"x", "multipart/form-data; =x",
                             "multipart/form-data; boundary=a; Boundary=b"}) {
    EXPECT_NE(refusal(ErrorCode::invalid_request, broken)
                  .find("The Content-Type must read multipart/form-data; boundary=..., but it is "),
              std::string::npos)
        << broken;
  }
}

}  // namespace
}  // namespace argot::multipart
