#include "documents/document_kind.h"

#include <gtest/gtest.h>

namespace argot::documents {
namespace {

TEST(DocumentKind, NamesLeadBackToTheirKinds) {
  for (const Kind kind : {Kind::docx, Kind::pptx, Kind::xlsx, Kind::html, Kind::pdf}) {
    EXPECT_EQ(kind_named(name(kind)), kind);
  }
  EXPECT_EQ(kind_named("doc"), std::nullopt);
  EXPECT_EQ(kind_named(""), std::nullopt);
}

TEST(DocumentKind, ExtensionsCountInEitherCase) {
  EXPECT_EQ(kind_of(".docx"), Kind::docx);
  EXPECT_EQ(kind_of(".PPTX"), Kind::pptx);
  EXPECT_EQ(kind_of(".XlsX"), Kind::xlsx);
  EXPECT_EQ(kind_of(".html"), Kind::html);
  EXPECT_EQ(kind_of(".HTM"), Kind::html);
  EXPECT_EQ(kind_of(".pdf"), Kind::pdf);
}

TEST(DocumentKind, OtherTypesHaveNone) {
  for (const char* extension : {"", ".", "pdf", ".doc", ".xls", ".txt", ".pdf ", "..pdf", ".zip"}) {
    EXPECT_EQ(kind_of(extension), std::nullopt) << extension;
  }
}

}  // namespace
}  // namespace argot::documents
