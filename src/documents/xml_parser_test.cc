#include "documents/xml_parser.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

using std::string_literals::operator""s;

// Writes down what it is told.
class Recorder final : public XmlEvents {
 public:
  void start(std::string_view name, const XmlAttributes& attributes) override {
    seen += "<" + std::string(name);
    if (const auto value = attributes.find("a")) seen += " a=" + std::string(*value);
    seen += ">";
  }
  void end(std::string_view name) override { seen += "</" + std::string(name) + ">"; }
  void text(std::string_view piece) override { seen += piece; }

  std::string seen;
};

struct Parsed {
  Verdict verdict;
  std::string seen;

  friend bool operator==(const Parsed&, const Parsed&) = default;
};

Parsed parsed(std::string_view xml, std::size_t piece_bytes = 1'000'000) {
  Recorder recorder;
  XmlParser parser(recorder);
  for (std::size_t at = 0; at < xml.size(); at += piece_bytes) {
    if (!parser.feed(as_bytes(xml.substr(at, piece_bytes)))) break;
  }
  Verdict verdict = parser.finish();
  return {.verdict = std::move(verdict), .seen = recorder.seen};
}

constexpr std::string_view ordinary =
    "<?xml version='1.0'?><x:r xmlns:x='u' x:b='no' x:a='1&lt;2'><x:t>caf\xC3\xA9 &amp;&#x20AC;"
    "<![CDATA[<raw>]]></x:t> <!-- not this --><e/></x:r>";

TEST(XmlParser, TellsOfElementsAttributesAndText) {
  const Parsed whole = parsed(ordinary);
  EXPECT_EQ(whole.verdict, Verdict{});
  EXPECT_EQ(whole.seen, "<r a=1<2><t>caf\xC3\xA9 &\xE2\x82\xAC<raw></t> <e></e></r>");
  for (std::size_t size = 1; size < 20; ++size) EXPECT_EQ(parsed(ordinary, size), whole) << size;
}

TEST(XmlParser, ReadsUtf16) {
  std::string wide = "\xFF\xFE";
  for (const char c : "<a>b</a>"s) wide += std::string{c, '\0'};
  EXPECT_EQ(parsed(wide).seen, "<a>b</a>");
  EXPECT_EQ(parsed(wide).verdict, Verdict{});
}

TEST(XmlParser, RefusesWhatIsNotWellFormed) {
  for (const char* xml : {"", " ", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&undefined;</a>",
                          "<a b=1/>", "<a>\x01</a>", "<a>\xFF</a>", "<a b='1' b='2'/>"}) {
    EXPECT_EQ(parsed(xml).verdict.outcome, Outcome::malformed) << xml;
  }
  for (std::size_t size = 0; size < ordinary.size(); ++size) {
    EXPECT_EQ(parsed(ordinary.substr(0, size)).verdict.outcome, Outcome::malformed) << size;
  }
}

TEST(XmlParser, ALongDocumentIsTakenWholeWhereverItIsCut) {
  std::string xml = "<r>";
  std::string seen = "<r>";
  for (int i = 0; i < 3'000; ++i) {
    const std::string number = std::to_string(i);
    xml += "<p a=\"" + number + "\" b='>'>Paragraph " + number + " &amp; more.</p>\n";
    seen += "<p a=" + number + ">Paragraph " + number + " & more.</p>\n";
  }
  for (std::size_t size = 1'000; size < 1'040; ++size) {
    const Parsed whole = parsed(xml + "</r>", size);
    ASSERT_EQ(whole.verdict, Verdict{}) << size;
    ASSERT_TRUE(whole.seen == seen + "</r>") << "in pieces of " << size;
  }
}

TEST(XmlParser, AnUnknownPrefixIsNoReasonToStop) {
  EXPECT_EQ(parsed("<w:a><w:b>c</w:b></w:a>", 4).verdict, Verdict{});
}

TEST(XmlParser, RefusesDocumentTypesBeforeTheirEntities) {
  std::string laughs = "<!DOCTYPE r [<!ENTITY e0 'ha'>";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "&e" + std::to_string(i - 1) + ";";
    laughs += "<!ENTITY e" + std::to_string(i) + " '" + before + before + "'>";
  }
  laughs += "]><r>&e29;</r>";
  const std::string parameters = "<!DOCTYPE r [<!ENTITY % p 'x'>%p;%q;]><r/>";
  for (const std::string& xml :
       {laughs, parameters, "<!DOCTYPE r><r/>"s, "<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>"s,
        "<!DOCTYPE r ["s}) {
    const Parsed refused = parsed(xml);
    EXPECT_EQ(refused.verdict, (Verdict{Outcome::malformed, "a part has a document type"})) << xml;
    EXPECT_EQ(refused.seen, "");
  }
}

std::string nested(std::size_t depth) {
  std::string xml;
  for (std::size_t i = 0; i < depth; ++i) xml += "<d>";
  for (std::size_t i = 0; i < depth; ++i) xml += "</d>";
  return xml;
}

TEST(XmlParser, BoundsTheDepth) {
  EXPECT_EQ(parsed(nested(limits::document_depth_max)).verdict, Verdict{});
  const Parsed deep = parsed(nested(limits::document_depth_max + 1));
  EXPECT_EQ(deep.verdict.outcome, Outcome::malformed);
  EXPECT_EQ(deep.verdict.detail, "elements are nested deeper than 256");
  EXPECT_EQ(parsed(nested(1'000'000)).verdict.outcome, Outcome::malformed);
}

TEST(XmlParser, BoundsAttributesAndNames) {
  EXPECT_EQ(parsed("<d a='" + std::string(1'000'000, 'x') + "'/>").verdict, Verdict{});
  EXPECT_EQ(parsed("<d a='" + std::string(20'000'000, 'x') + "'/>").verdict.outcome,
            Outcome::malformed);
  EXPECT_EQ(parsed("<" + std::string(20'000'000, 'x') + "/>").verdict.outcome, Outcome::malformed);
}

TEST(XmlParser, EndsWhereAnEventWantsIt) {
  class Stopper final : public XmlEvents {
   public:
    void start(std::string_view, const XmlAttributes&) override {
      ++count;
      parser->stop({.outcome = Outcome::too_large, .detail = "enough"});
    }
    void end(std::string_view) override { ++count; }
    void text(std::string_view) override { ++count; }

    XmlParser* parser = nullptr;
    int count = 0;
  };
  Stopper stopper;
  XmlParser parser(stopper);
  stopper.parser = &parser;
  EXPECT_FALSE(parser.feed(as_bytes("<a>b<c/></a>")));
  EXPECT_FALSE(parser.feed(as_bytes("<a>b<c/></a>")));
  EXPECT_EQ(parser.finish(), (Verdict{Outcome::too_large, "enough"}));
  EXPECT_EQ(stopper.count, 1);
}

TEST(XmlVersion, IsWrittenWithDots) { EXPECT_TRUE(xml_version().starts_with("2.")); }

}  // namespace
}  // namespace argot::documents
