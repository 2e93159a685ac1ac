// Content for the tests of stores: made, stored and looked at in one line.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "blob/blob_store.h"

namespace argot::blob {

// Content that differs at every place, so that a misplaced byte shows.
inline std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t place = 0; place < size; ++place) {
    text[place] = static_cast<char>((place * 31 + place / 251) & 0xFFU);
  }
  return text;
}

inline std::string read_all(BlobReader& reader) {
  std::string text(static_cast<std::size_t>(reader.size()), '\0');
  EXPECT_TRUE(reader.read(0, std::as_writable_bytes(std::span(text))));
  return text;
}

inline std::string content_of(BlobStore& store, const BlobId& id) {
  auto reader = store.open(id);
  if (!reader) return "(" + describe(reader.error()) + ")";
  return read_all(**reader);
}

// Seals `content` and returns its id.
inline BlobId store_content(BlobStore& store, std::string_view content) {
  auto staged = store.stage();
  EXPECT_TRUE(staged);
  EXPECT_TRUE((*staged)->write(as_bytes(content)));
  EXPECT_TRUE((*staged)->finish());
  EXPECT_TRUE((*staged)->seal());
  return (*staged)->id();
}

inline std::map<BlobId, BlobEntry> entries_of(BlobStore& store) {
  std::map<BlobId, BlobEntry> entries;
  EXPECT_TRUE(store.visit([&](const BlobEntry& entry) -> Result<> {
    EXPECT_TRUE(entries.emplace(entry.id, entry).second) << entry.id.text() << " seen twice";
    return {};
  }));
  return entries;
}

}  // namespace argot::blob
