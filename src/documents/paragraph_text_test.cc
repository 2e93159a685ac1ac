#include "documents/paragraph_text.h"

#include <gtest/gtest.h>

#include <string>

#include "documents/test_text.h"

namespace argot::documents {
namespace {

std::string paragraphs_of(const std::string& xml) {
  TextSink sink;
  TextWriter writer(sink);
  ParagraphText text(writer);
  XmlParser parser(text);
  parser.feed(as_bytes("<x xmlns:w='w' xmlns:a='a' xmlns:mc='mc'>" + xml + "</x>"));
  EXPECT_EQ(parser.finish(), Verdict{});
  writer.flush();
  return sink.text;
}

TEST(ParagraphText, ParagraphsBecomeLines) {
  EXPECT_EQ(paragraphs_of("<w:p><w:r><w:t>One</w:t></w:r><w:r><w:t> more</w:t></w:r></w:p>\n"
                          "<w:p/><a:p><a:r><a:t>two &amp; &#233;</a:t></a:r></a:p>"),
            "One more\n\ntwo & \xC3\xA9\n");
}

TEST(ParagraphText, TabsAndBreaksAreWhatTheySay) {
  EXPECT_EQ(paragraphs_of("<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/>"
                          "<w:t>d</w:t><w:noBreakHyphen/><w:t>e</w:t></w:r></w:p>"),
            "a\tb\nc\nd-e\n");
  EXPECT_EQ(paragraphs_of("<a:p><a:r><a:t>a</a:t></a:r><a:br/><a:r><a:t>b</a:t></a:r></a:p>"),
            "a\nb\n");
}

TEST(ParagraphText, DefinitionsOfTabStopsAreNoTabs) {
  EXPECT_EQ(paragraphs_of("<w:p><w:pPr><w:tabs><w:tab w:val='left'/><w:tab/></w:tabs></w:pPr>"
                          "<w:r><w:t>a</w:t></w:r></w:p>"),
            "a\n");
}

TEST(ParagraphText, OnlyWhatIsShownIsText) {
  EXPECT_EQ(paragraphs_of("<w:p>no<w:r>no<w:t>yes</w:t><w:instrText>PAGE</w:instrText>"
                          "<w:delText>gone</w:delText></w:r></w:p>"),
            "yes\n");
}

TEST(ParagraphText, WhatIsThereForOlderProgramsIsLeftOut) {
  EXPECT_EQ(paragraphs_of("<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice>"
                          "<mc:Fallback><w:p><w:r><w:t>box</w:t><w:br/></w:r></w:p></mc:Fallback>"
                          "</mc:AlternateContent><w:t>!</w:t></w:r></w:p>"),
            "box!\n");
}

}  // namespace
}  // namespace argot::documents
