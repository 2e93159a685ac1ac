#include "documents/zip_archive.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "documents/test_documents.h"
#include "documents/test_text.h"

namespace argot::documents {
namespace {

Verdict opened(const std::string& bytes) {
  ZipArchive archive;
  return archive.open(file_with(bytes).get());
}

struct Read {
  Verdict verdict;
  std::string text;
};

Read read_only_part(const std::string& bytes) {
  const UniqueFd file = file_with(bytes);
  ZipArchive archive;
  Read read{.verdict = archive.open(file.get()), .text = {}};
  if (!read.verdict.is_good()) return read;
  EXPECT_EQ(archive.parts().size(), 1U);
  read.verdict = archive.read(archive.parts().front(), [&](Bytes piece) {
    read.text += as_text(piece);
    return true;
  });
  return read;
}

TEST(ZipArchive, ReadsStoredAndDeflatedParts) {
  const UniqueFd file = file_with(zip_of({stored("a", "one"), deflated("b/c", "two \xC3\xA9")}));
  ZipArchive archive;
  ASSERT_EQ(archive.open(file.get()), Verdict{});
  ASSERT_EQ(archive.parts().size(), 2U);
  EXPECT_EQ(archive.parts()[1].name, "b/c");
  std::string text;
  for (const ZipPart& part : archive.parts()) {
    EXPECT_EQ(archive.read(part,
                           [&](Bytes piece) {
                             text += as_text(piece);
                             return true;
                           }),
              Verdict{});
  }
  EXPECT_EQ(text, "onetwo \xC3\xA9");
}

TEST(ZipArchive, LeavesTheDescriptorToItsOwner) {
  const UniqueFd file = file_with(zip_of({stored("a", "one")}));
  {
    EXPECT_EQ(ZipArchive().open(file.get()), Verdict{});
  }
  EXPECT_EQ(ZipArchive().open(file.get()), Verdict{});
}

TEST(ZipArchive, RefusesWhatIsNoArchive) {
  for (const std::string& bytes :
       {std::string(), std::string("PK"), std::string("PK\3\4 and no more"),
        std::string(100'000, 'x'), std::string("PK\5\6") + std::string(17, '\xFF')}) {
    EXPECT_EQ(opened(bytes).outcome, Outcome::malformed);
  }
  EXPECT_EQ(ZipArchive().open(-1).outcome, Outcome::malformed);
}

TEST(ZipArchive, RefusesEncryptedEntries) {
  auto entry = stored("a", "0123456789abcdef");
  entry.flags = 1;
  EXPECT_EQ(opened(zip_of({stored("b", "x"), entry})).outcome, Outcome::encrypted);
}

TEST(ZipArchive, BoundsTheNumberOfEntries) {
  std::vector<TestEntry> entries(limits::document_entries_max, stored("a", ""));
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i].name = std::to_string(i);
  EXPECT_EQ(opened(zip_of(entries)), Verdict{});
  entries.push_back(stored("one more", ""));
  EXPECT_EQ(opened(zip_of(entries)),
            (Verdict{Outcome::too_large, "the archive has more than 10000 entries"}));
}

TEST(ZipArchive, RefusesEntriesThatShareTheirBytes) {
  const auto kernel = deflated("0", std::string(5'000, 'a'));
  std::vector<TestEntry> entries{kernel};
  for (int i = 1; i < 10; ++i) {
    entries.push_back(kernel);
    entries.back().shares = 0;
  }
  EXPECT_EQ(opened(zip_of(entries)),
            (Verdict{Outcome::malformed, "the entries of the archive overlap"}));
}

TEST(ZipArchive, RefusesSizesBeyondTheFile) {
  // The central entry's compressed size, which is 3.
  std::string bytes = zip_of({stored("a", "one")});
  const std::size_t place = bytes.find("PK\1\2") + 20;
  bytes.replace(place, 4, "\xFF\xFF\xFF\x7F");
  EXPECT_EQ(opened(bytes).outcome, Outcome::malformed);
}

TEST(ZipArchive, LeavesOutWhatIsCompressedInOtherWays) {
  auto entry = stored("a", "x");
  entry.method = 12;
  const UniqueFd file = file_with(zip_of({entry, stored("b", "y")}));
  ZipArchive archive;
  ASSERT_EQ(archive.open(file.get()), Verdict{});
  ASSERT_EQ(archive.parts().size(), 1U);
  EXPECT_EQ(archive.parts()[0].name, "b");
}

TEST(ZipArchive, ABrokenPartIsNoticed) {
  auto wrong_sum = deflated("a", "text");
  ++wrong_sum.crc;
  EXPECT_EQ(read_only_part(zip_of({wrong_sum})).verdict.outcome, Outcome::malformed);
  auto cut = deflated("a", "a longer text than that");
  cut.bytes.resize(cut.bytes.size() - 8);
  EXPECT_EQ(read_only_part(zip_of({cut})).verdict.outcome, Outcome::malformed);
  auto noise = deflated("a", "text");
  noise.bytes = "\xFF\xFF\xFF\xFF\xFF";
  EXPECT_EQ(read_only_part(zip_of({noise})).verdict.outcome, Outcome::malformed);
}

TEST(ZipArchive, ReadingEndsWhereItsReaderWantsIt) {
  const UniqueFd file = file_with(zip_of({bomb("a", "x", 1_MiB)}));
  ZipArchive archive;
  ASSERT_EQ(archive.open(file.get()), Verdict{});
  int pieces = 0;
  EXPECT_EQ(archive.read(archive.parts()[0], [&](Bytes) { return ++pieces < 3; }), Verdict{});
  EXPECT_EQ(pieces, 3);
}

TEST(ZipArchive, BoundsWhatAPartInflatesTo) {
  const std::string bytes = zip_of({bomb("a", "x", limits::document_part_bytes_max)});
  EXPECT_LT(bytes.size(), 2_MiB);
  const UniqueFd file = file_with(bytes);
  ZipArchive archive;
  ASSERT_EQ(archive.open(file.get()), Verdict{});
  std::uint64_t taken = 0;
  const Verdict verdict = archive.read(archive.parts()[0], [&](Bytes piece) {
    taken += piece.size();
    return true;
  });
  EXPECT_EQ(verdict.outcome, Outcome::too_large);
  EXPECT_LE(taken, limits::document_part_bytes_max);
}

TEST(ZipArchive, BoundsWhatAllPartsInflateTo) {
  const auto most = limits::document_part_bytes_max - 1_MiB;
  const UniqueFd file =
      file_with(zip_of({bomb("a", "x", most), bomb("b", "x", most), bomb("c", "x", most)}));
  ZipArchive archive;
  ASSERT_EQ(archive.open(file.get()), Verdict{});
  Verdict verdict;
  std::uint64_t taken = 0;
  for (const ZipPart& part : archive.parts()) {
    verdict = archive.read(part, [&](Bytes piece) {
      taken += piece.size();
      return true;
    });
    if (verdict.outcome == Outcome::too_large) break;
  }
  EXPECT_EQ(verdict.outcome, Outcome::too_large);
  EXPECT_LE(taken, limits::document_parts_bytes_max);
  EXPECT_GT(taken, limits::document_part_bytes_max);
}

TEST(ZipVersion, IsWrittenWithDots) { EXPECT_TRUE(zip_version().starts_with("1.")); }

}  // namespace
}  // namespace argot::documents
