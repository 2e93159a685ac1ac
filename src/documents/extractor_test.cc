#include "documents/extractor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"
#include "documents/child_fixture.h"
#include "documents/sanitized.h"
#include "documents/test_documents.h"
#include "documents/test_text.h"
#include "tests/support/fakes.h"

namespace argot::documents {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

struct Done {
  Extraction extraction;
  std::string text;

  Outcome outcome() const { return extraction.verdict.outcome; }
};

Done extract(Extractor& extractor, Kind kind, const std::string& bytes, const Limits& limits = {}) {
  const UniqueFd file = file_with(bytes);
  TextSink text;
  auto extraction = extractor.extract({.descriptor = file.get(), .kind = kind}, limits, text);
  EXPECT_TRUE(extraction) << (extraction ? "" : extraction.error().detail);
  return {.extraction = extraction.value_or(Extraction{}), .text = text.text};
}

Done extract(Kind kind, const std::string& bytes, const Limits& limits = {}) {
  Extractor extractor({});
  return extract(extractor, kind, bytes, limits);
}

// With the engine of the tests, which does what the document says.
Extractor::Options obedient() { return {.pdf_engines = {ARGOT_TEST_ENGINE}}; }

Done obey(const std::string& order, const Limits& limits = {}) {
  Extractor extractor(obedient());
  return extract(extractor, Kind::pdf, order, limits);
}

TEST(Extractor, TakesTheTextOutOfEveryKind) {
  const Done word = extract(Kind::docx, small_docx("gr\xC3\xBC\xC3\x9F"));
  EXPECT_EQ(word.extraction.verdict, Verdict{});
  EXPECT_EQ(word.text, "gr\xC3\xBC\xC3\x9F\n");
  EXPECT_EQ(word.extraction.text_bytes, word.text.size());
  EXPECT_TRUE(word.extraction.engine.starts_with("libzip ")) << word.extraction.engine;
  EXPECT_TRUE(word.extraction.walls.starts_with("seccomp")) << word.extraction.walls;

  EXPECT_EQ(
      extract(Kind::pptx, zip_of({stored("ppt/presentation.xml", "<p/>"),
                                  stored("ppt/slides/slide1.xml", "<s><p><t>slide</t></p></s>")}))
          .text,
      "slide\n");
  EXPECT_EQ(
      extract(Kind::xlsx,
              zip_of({stored("xl/workbook.xml", "<w/>"),
                      stored("xl/worksheets/sheet1.xml", sheet_xml("<row><c><v>4</v></c></row>"))}))
          .text,
      "4\n");
  const Done page = extract(Kind::html, "<meta charset=shift_jis><p>\x93\xFA\x96\x7B");
  EXPECT_EQ(page.text, "\xE6\x97\xA5\xE6\x9C\xAC\n");
  EXPECT_TRUE(page.extraction.engine.starts_with("libxml2 ")) << page.extraction.engine;
}

TEST(Extractor, TakesTheTextOutOfPdf) {
  const Done done = extract(Kind::pdf, pdf_text("Hello PDF"));
  EXPECT_EQ(done.extraction.verdict, Verdict{});
  EXPECT_EQ(done.text.substr(0, 10), "Hello PDF\n");
  EXPECT_TRUE(done.extraction.engine.starts_with("pdftotext 2")) << done.extraction.engine;
  EXPECT_TRUE(done.extraction.walls.starts_with("seccomp")) << done.extraction.walls;
}

TEST(Extractor, PdfsFindTheCharactersOfAsianFonts) {
  const std::string content = "BT /F1 24 Tf 72 720 Td <4F60597D> Tj ET";
  const std::string pdf = pdf_of(
      {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
       "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
       " /Resources << /Font << /F1 5 0 R >> >> >>",
       "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream",
       "<< /Type /Font /Subtype /Type0 /BaseFont /STSong /Encoding /UniGB-UCS2-H"
       " /DescendantFonts [6 0 R] >>",
       "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong /FontDescriptor 7 0 R"
       " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
       "<< /Type /FontDescriptor /FontName /STSong /Flags 4 /FontBBox [0 0 1000 1000]"
       " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80 >>"});
  EXPECT_EQ(extract(Kind::pdf, pdf).text.substr(0, 7), "\xE4\xBD\xA0\xE5\xA5\xBD\n");
}

TEST(Extractor, ReadsAFileOfADiskWhereverItsOffsetIs) {
  const argot::testing::TempFolder folder;
  const std::string path = (folder.path() / "a.pdf").string();
  Extractor extractor({});
  for (const Kind kind : {Kind::pdf, Kind::html}) {
    std::ofstream(path) << (kind == Kind::pdf ? pdf_text("On a disk") : "<p>On a disk");
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    const off_t offset = ::lseek(file.get(), 0, SEEK_END);
    ASSERT_GT(offset, 0);
    ASSERT_EQ(::unlink(path.c_str()), 0);
    TextSink text;
    const auto done = extractor.extract({.descriptor = file.get(), .kind = kind}, {}, text);
    ASSERT_TRUE(done);
    EXPECT_EQ(text.text.substr(0, 10), "On a disk\n");
    EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), offset);
  }
}

TEST(Extractor, EncryptedDocumentsAreEncrypted) {
  const std::string secret = "<" + std::string(64, '5') + ">";
  const std::string pdf = pdf_page("BT ET", "",
                                   "/ID [" + secret + secret +
                                       "] /Encrypt << /Filter /Standard /V 1 /R 2"
                                       " /P -44 /O " +
                                       secret + " /U " + secret + " >>");
  EXPECT_EQ(extract(Kind::pdf, pdf).outcome(), Outcome::encrypted);
  auto entry = stored("word/document.xml", "0123456789abcdef");
  entry.flags = 1;
  EXPECT_EQ(extract(Kind::docx, zip_of({entry})).outcome(), Outcome::encrypted);
}

TEST(Extractor, MalformedDocumentsAreMalformed) {
  for (const Kind kind : {Kind::docx, Kind::pptx, Kind::xlsx, Kind::pdf}) {
    for (const std::string& bytes : {std::string(), std::string("x"), std::string(100'000, '\0')}) {
      const Done done = extract(kind, bytes);
      EXPECT_EQ(done.outcome(), Outcome::malformed) << name(kind);
      EXPECT_EQ(done.text, "");
    }
  }
}

TEST(Extractor, WithoutAnEngineItIsMissing) {
  Extractor extractor({.pdf_engines = {"/nowhere/pdftotext", "/nowhere/else"}});
  const Done done = extract(extractor, Kind::pdf, pdf_text("x"));
  EXPECT_EQ(done.outcome(), Outcome::engine_missing);
  EXPECT_EQ(done.extraction.engine, "");
}

TEST(Extractor, TheFirstEngineThatExistsIsUsedAndSaysItsVersion) {
  Extractor extractor({.pdf_engines = {"/nowhere/pdftotext", ARGOT_TEST_ENGINE}});
  for (int round = 0; round < 2; ++round) {
    const Done done = extract(extractor, Kind::pdf, "text fine");
    EXPECT_EQ(done.text, "fine");
    EXPECT_EQ(done.extraction.engine, "pdftotext 1.2.3");
  }
}

TEST(Extractor, AVersionHoldsForTheEngineThatSaidIt) {
  const argot::testing::TempFolder folder;
  const std::filesystem::path engine = folder.path() / "pdftotext";
  Extractor extractor({.pdf_engines = {engine.string()}});
  std::filesystem::create_symlink(ARGOT_TEST_ENGINE, engine);
  EXPECT_EQ(extract(extractor, Kind::pdf, "exit 0").extraction.engine, "pdftotext 1.2.3");
  std::filesystem::remove(engine);
  std::filesystem::create_symlink("/usr/bin/pdftotext", engine);
  EXPECT_NE(extract(extractor, Kind::pdf, "exit 0").extraction.engine, "pdftotext 1.2.3");
}

TEST(Extractor, WhatAnEngineSaysBecomesAnOutcome) {
  EXPECT_EQ(obey("exit 0").outcome(), Outcome::extracted);
  EXPECT_EQ(obey("exit 1").outcome(), Outcome::malformed);
  EXPECT_EQ(obey("exit 3").outcome(), Outcome::encrypted);
  EXPECT_EQ(obey("exit 99").outcome(), Outcome::malformed);
  EXPECT_EQ(obey("say Command Line Error: Incorrect password").outcome(), Outcome::encrypted);
  EXPECT_EQ(obey("say Incorrect passwords").outcome(), Outcome::malformed);
  EXPECT_EQ(obey("say Out of memory").outcome(), Outcome::too_large);
  EXPECT_EQ(obey("say outcome extracted").outcome(), Outcome::malformed);
  EXPECT_EQ(obey("signal 6").outcome(), Outcome::malformed);
  EXPECT_EQ(obey("signal 9").outcome(), Outcome::too_large);
  EXPECT_EQ(obey("signal 11").outcome(), Outcome::malformed);
}

TEST(Extractor, AnEngineCanDoNothingButReadItsLibrariesAndItsDocument) {
  // With Landlock, as here, it can read no more; the engine did read the document and libstdc++.
  const bool has_landlock = obey("text x").extraction.walls.find("landlock") != std::string::npos;
  for (const Attempt& each : attempts) {
    if (!has_landlock && (each.name.starts_with("read ") || each.name == "list a folder")) continue;
    const Done done = obey("attempt " + std::string(each.name));
    if (done.outcome() == Outcome::extracted) {
      EXPECT_NE(done.text, "0") << each.name;
      EXPECT_NE(done.text, "-1") << each.name;
    } else {
      EXPECT_EQ(done.extraction.verdict.detail, "its reader did what it must not do") << each.name;
    }
  }
}

TEST(Extractor, WhatHangsTimesOut) {
  const Done done = obey("hang", {.wall_time_max = 300ms});
  EXPECT_EQ(done.outcome(), Outcome::timed_out);
  EXPECT_EQ(obey("spin", {.cpu_time_max = 1s}).outcome(), Outcome::timed_out);
}

TEST(Extractor, WhatFloodsIsTooLarge) {
  const Done done = obey("flood", {.text_bytes_max = 1'000'000});
  EXPECT_EQ(done.extraction.verdict, (Verdict{Outcome::too_large, "its text is too long"}));
  EXPECT_LE(done.text.size(), 1'000'000U);
  EXPECT_GT(done.text.size(), 900'000U);
}

TEST(Extractor, MemoryIsBounded) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer reserves terabytes";
  EXPECT_EQ(obey("memory").outcome(), Outcome::too_large);
  std::string strings = "<sst>";
  for (int i = 0; i < 12; ++i) strings += "<si><t>" + std::string(8'000'000, 's') + "</t></si>";
  const std::string book = zip_of(
      {stored("xl/workbook.xml", "<w/>"), stored("xl/sharedStrings.xml", strings + "</sst>")});
  EXPECT_EQ(extract(Kind::xlsx, book).outcome(), Outcome::extracted);
  EXPECT_EQ(extract(Kind::xlsx, book, {.memory_bytes_max = 128_MiB}).outcome(), Outcome::too_large);
}

TEST(Extractor, HoweverLittleMemoryThereIsATextIsTakenWholeOrNotAtAll) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer reserves terabytes";
  const std::string words(8'000'000, 'w');
  const std::string page = "<p>before<p title='" + words + "'>after";
  const std::string word =
      zip_of({stored("word/document.xml", word_xml(paragraph_xml("before") + "<w:x a='" + words +
                                                   "'/>" + paragraph_xml("after")))});
  int whole = 0;
  int refused = 0;
  for (std::uint64_t memory = 10_MiB; memory <= 130_MiB; memory += 12_MiB) {
    for (const bool is_page : {true, false}) {
      const Done done = extract(is_page ? Kind::html : Kind::docx, is_page ? page : word,
                                {.memory_bytes_max = memory, .cpu_time_max = 1s});
      if (done.outcome() == Outcome::extracted) {
        EXPECT_EQ(done.text, "before\nafter\n") << memory;
        ++whole;
      } else {
        // libxml2 is known to turn in circles when it gets no more.
        EXPECT_TRUE(done.outcome() == Outcome::too_large || done.outcome() == Outcome::timed_out)
            << memory << ' ' << done.outcome();
        ++refused;
      }
    }
  }
  EXPECT_GT(whole, 0);
  EXPECT_GT(refused, 0);
}

TEST(Extractor, BombsEndWithinTheBounds) {
  EXPECT_EQ(extract(Kind::docx, zip_of({bomb("word/document.xml", "<w><t> ", 300_MiB)})).outcome(),
            Outcome::too_large);
  EXPECT_EQ(extract(Kind::docx, zip_of({bomb("word/document.xml", "<w><t>x", 300_MiB)}),
                    {.text_bytes_max = 1_MiB})
                .outcome(),
            Outcome::too_large);
  std::string nested;
  for (int i = 0; i < 27'000; ++i) nested += "<b>";
  EXPECT_EQ(extract(Kind::html, nested).outcome(), Outcome::malformed);
}

TEST(Extractor, APdfWhoseStreamInflatesToAGigabyteEndsWithinTheBounds) {
  TestDeflate stream;
  stream.literals("BT ET ");
  stream.repeats((1U << 30U) / 258);
  const std::string zlib = "\x78\x9C" + stream.finish() + std::string(4, '\0');
  const Done done =
      extract(Kind::pdf, pdf_page(zlib, "/Filter /FlateDecode"), {.cpu_time_max = 1s});
  EXPECT_EQ(done.outcome(), Outcome::timed_out);
}

TEST(Extractor, WhatComesOutIsUtf8WhateverTheChildWrites) {
  EXPECT_EQ(obey("text a\xFFz\xE2\x82").text, "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}

TEST(Extractor, TheErrorOfTheSinkEndsTheChild) {
  const UniqueFd file = file_with("flood");
  TextSink text(100'000);
  Extractor extractor(obedient());
  const auto done = extractor.extract({.descriptor = file.get(), .kind = Kind::pdf}, {}, text);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::file_too_large);
  EXPECT_EQ(done.error().detail, "that is enough");
}

// Asks for the end when the first text comes.
class StoppingSink final : public Sink {
 public:
  Result<> write(Bytes) override {
    source.request_stop();
    return {};
  }
  Result<> finish() override { return {}; }

  std::stop_source source;
};

TEST(Extractor, CanBeStoppedBeforeAndInTheMidst) {
  const UniqueFd file = file_with("hang");
  Extractor extractor(obedient());
  StoppingSink sink;
  for (int round = 0; round < 2; ++round) {
    const auto done = extractor.extract({.descriptor = file.get(), .kind = Kind::pdf},
                                        {.wall_time_max = 1h}, sink, sink.source.get_token());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::unavailable);
    EXPECT_EQ(done.error().detail, "a child for documents: stopped");
  }
}

TEST(Extractor, OnlyRegularFilesAreTaken) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  TextSink text;
  Extractor extractor({});
  for (const int descriptor : {reading.get(), -1}) {
    const auto done = extractor.extract({.descriptor = descriptor, .kind = Kind::html}, {}, text);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::internal);
  }
}

std::size_t descriptors() {
  const std::filesystem::directory_iterator folder("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

TEST(Extractor, NothingIsLeftBehind) {
  Extractor extractor(obedient());
  const std::size_t before = descriptors();
  for (int round = 0; round < 100; ++round) {
    extract(extractor, Kind::html, "<p>x");
    if (round % 10 != 0) continue;
    extract(extractor, Kind::docx, "not one");
    extract(extractor, Kind::pdf, "signal 9");
    extract(extractor, Kind::pdf, "hang", {.wall_time_max = 1ms});
    extract(extractor, Kind::pdf, "flood", {.text_bytes_max = 1});
  }
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Limits, TextGrowsWithTheTokensThatAreAllowed) {
  EXPECT_EQ(Limits::text_bytes_for(0), 64_MiB);
  EXPECT_EQ(Limits::text_bytes_for(524'288), 64_MiB);
  EXPECT_EQ(Limits::text_bytes_for(2'000'000), 256'000'000U);
  EXPECT_EQ(Limits::text_bytes_for(~0ULL), limits::settable_bytes_max);
}

}  // namespace
}  // namespace argot::documents
