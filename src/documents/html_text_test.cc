#include "documents/html_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/limits.h"
#include "base/text.h"
#include "documents/test_documents.h"
#include "documents/test_text.h"
#include "tests/support/recut.h"

namespace argot::documents {
namespace {

using std::string_literals::operator""s;

struct Read {
  Verdict verdict;
  std::string text;
};

Read read(std::string_view html) {
  const UniqueFd file = file_with(html);
  const Charsets charsets;
  TextSink text;
  const auto verdict = read_html(file.get(), charsets, text);
  EXPECT_TRUE(verdict);
  return {.verdict = verdict.value_or(Verdict{}), .text = text.text};
}

std::string text_of(std::string_view html) {
  const Read done = read(html);
  EXPECT_EQ(done.verdict, Verdict{});
  return done.text;
}

TEST(HtmlText, BlocksAreLinesAndWhiteSpaceIsOneSpace) {
  EXPECT_EQ(text_of("<!DOCTYPE html><html><head><title> A  title</title></head>\n<body>"
                    "<h1>Head</h1>\n\n<p>One\n  <b>two</b>three</p><div>four<div>five</div></div>"
                    "</body></html>"),
            "A title\nHead\nOne twothree\nfour\nfive\n");
}

TEST(HtmlText, PlainTextIsText) {
  EXPECT_EQ(text_of("just words"), "just words\n");
  EXPECT_EQ(text_of(""), "");
  EXPECT_EQ(text_of(" \n "), "");
}

TEST(HtmlText, BreaksListsAndTables) {
  EXPECT_EQ(text_of("a<br>b<br/>c<ul><li>d<li>e</ul>f"), "a\nb\nc\nd\ne\nf\n");
  EXPECT_EQ(text_of("<table><tr><th>a</th><th>b</th></tr><tr><td>c<td>d</table>"), "a\tb\nc\td\n");
}

TEST(HtmlText, PreformattedTextKeepsItsWhiteSpace) {
  EXPECT_EQ(text_of("<p>x</p><pre>a  b\n  c\n</pre>y"), "x\na  b\n  c\ny\n");
}

TEST(HtmlText, ScriptsStylesAndTemplatesAreLeftOut) {
  EXPECT_EQ(text_of("a<script>var p = '<p>no</p>';</script><style>p { }</style>"
                    "<template><p>no</p></template><noscript>b</noscript><!-- no -->c"),
            "abc\n");
}

TEST(HtmlText, EntitiesAreDecoded) {
  EXPECT_EQ(text_of("&lt;&amp;&gt; &eacute;&#8364;&#x1F600; &unknown; AT&T"),
            "<&> \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80 &unknown; AT&T\n");
}

TEST(HtmlText, CharsetsAreUndone) {
  EXPECT_EQ(text_of("<meta charset=windows-1252><p>caf\xE9"), "caf\xC3\xA9\n");
  EXPECT_EQ(text_of("<meta charset=shift_jis><p>\x93\xFA\x96\x7B"), "\xE6\x97\xA5\xE6\x9C\xAC\n");
  EXPECT_EQ(text_of("<p>caf\xC3\xA9"), "caf\xC3\xA9\n");
  EXPECT_EQ(text_of("\xEF\xBB\xBF<meta charset=koi8-r><p>caf\xC3\xA9"), "caf\xC3\xA9\n");
  EXPECT_EQ(text_of("\xFF\xFE<\0p\0>\0\xE9\0"s), "\xC3\xA9\n");
  // In a page that says nothing, what is not UTF-8 is replaced.
  EXPECT_EQ(text_of("<p>caf\xE9 au lait"), "caf\xEF\xBF\xBD au lait\n");
  EXPECT_EQ(text_of("<p>a\0b"s),
            "a\xEF\xBF\xBD"
            "b\n");
}

TEST(HtmlText, WhereItIsCutDoesNotMatter) {
  const std::string page =
      "<html><title>T</title><p class='x y'>One &amp; two\n<script>if (a<b) {}</script>"
      "<pre> a\n b</pre><table><td>c<td>d</table><!-- - -- --> e\xC3\xA9</html>";
  argot::testing::expect_same_however_cut(page, [](const argot::testing::Play& play) {
    TextSink text;
    TextWriter out(text);
    HtmlText html(out);
    EXPECT_TRUE(play(html));
    out.flush();
    return text.text;
  });
}

struct Page {
  std::string html = "<html><body>";
  std::string text;
};

Page page_of(int paragraphs) {
  Page page;
  for (int i = 0; i < paragraphs; ++i) {
    const std::string number = std::to_string(i);
    page.html += "<p class=\"a\" id='x'>Paragraph " + number + " and <b>more</b> &amp; more.</p>\n";
    page.text += "Paragraph " + number + " and more & more.\n";
  }
  return page;
}

TEST(HtmlText, ALongPageIsTakenWholeWhereverItIsCut) {
  const Page page = page_of(2'000);
  for (std::size_t size = 1'000; size < 1'040; ++size) {
    TextSink sink;
    TextWriter out(sink);
    HtmlText html(out);
    for (std::size_t at = 0; at < page.html.size(); at += size) {
      ASSERT_TRUE(html.write(as_bytes(std::string_view(page.html).substr(at, size))));
    }
    ASSERT_TRUE(html.finish());
    out.flush();
    ASSERT_TRUE(sink.text == page.text) << "in pieces of " << size;
  }
}

TEST(HtmlText, APageMayBeLongerThanWhatTheParserMayKeep) {
  const Page page = page_of(400'000);
  EXPECT_GT(page.html.size(), 2 * limits::document_html_token_bytes_max);
  EXPECT_TRUE(text_of(page.html) == page.text);
}

TEST(HtmlText, HostileNestingIsBounded) {
  std::string nested;
  for (std::size_t i = 0; i < 20'000; ++i) nested += "<b>";
  const Read deep = read(nested);
  EXPECT_EQ(deep.verdict.outcome, Outcome::malformed);
  EXPECT_EQ(deep.verdict.detail, "elements are nested deeper than 4096");
  std::string shallow;
  for (std::size_t i = 0; i < limits::document_html_depth_max - 3; ++i) shallow += "<b>";
  EXPECT_EQ(text_of(shallow + "deep"), "deep\n");
}

TEST(HtmlText, HostileEndTagsAreBounded) {
  // Each end tag makes the parser look through everything that is open; none of them closes any.
  std::string page;
  for (int i = 0; i < 4'000; ++i) page += "<i>";
  for (int i = 0; i < 20'000; ++i) page += "</u>";
  EXPECT_EQ(text_of(page + "end"), "end\n");
  std::string formatting;
  for (int i = 0; i < 4'000; ++i) formatting += "<b><a><table><tr><p></b>";
  EXPECT_NE(read(formatting).verdict.outcome, Outcome::timed_out);
}

TEST(HtmlText, TagsAndTextsAreBounded) {
  const std::string much(limits::document_html_token_bytes_max + 200'000, 'x');
  EXPECT_EQ(read("<p title='" + much).verdict.outcome, Outcome::too_large);
  EXPECT_EQ(read("<!--" + much).verdict.outcome, Outcome::too_large);
  EXPECT_EQ(text_of("<p title='" + std::string(1'000'000, 'x') + "'>a"), "a\n");
}

TEST(HtmlText, RandomPagesHaveADefinedOutcomeAndGiveUtf8) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> words = {
      "<p>",      "</p>",      "<b",       ">",          "<!--",        "-->",
      "<script>", "</script>", "&",        "&#",         "&amp;",       "x",
      " ",        "\xC3",      "\xA9",     "\xFF",       "\0"s,         "<table><tr><td>",
      "</table>", "'",         "\"",       "=",          "<![CDATA[",   "]]>",
      "<?",       "<title>",   "</title>", "<template>", "</template>", "<meta charset=koi8-r>",
      "\n"};
  for (int round = 0; round < 400; ++round) {
    std::string page;
    for (int i = 0; i < 60; ++i) page += words[random() % words.size()];
    EXPECT_TRUE(is_utf8(text_of(page))) << to_hex(as_bytes(page));
  }
}

TEST(HtmlText, TheErrorOfTheSinkIsHandedOn) {
  std::string page;
  for (int i = 0; i < 50'000; ++i) page += "<p>word</p>";
  TextSink text(100'000);
  const Charsets charsets;
  const auto verdict = read_html(file_with(page).get(), charsets, text);
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().detail, "that is enough");
}

}  // namespace
}  // namespace argot::documents
