// Archives made by hand, so that a test can make wrong ones: entries whose headers say what the
// test wants them to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "digest/crc32.h"

namespace argot::documents {

struct TestEntry {
  std::string name;
  std::string bytes;           // as they lie in the archive
  std::uint16_t method = 0;    // 0 stored, 8 deflate
  std::uint16_t flags = 0;     // 1 encrypted
  std::uint32_t crc = 0;       // of what they inflate to
  std::uint32_t inflated = 0;  // how much that is
  // Instead of a place of its own it shares the one of this earlier entry, where not negative.
  int shares = -1;
};

inline TestEntry stored(std::string name, std::string text) {
  const auto crc = digest::crc32(as_bytes(text));
  const auto size = static_cast<std::uint32_t>(text.size());
  return {.name = std::move(name), .bytes = std::move(text), .crc = crc, .inflated = size};
}

// Writes what RFC 1951 calls a block with fixed Huffman codes.
class TestDeflate {
 public:
  TestDeflate() { bits(3, 3); }  // the last block; fixed codes

  void literals(std::string_view text) {
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 144) {
        code(0x30U + byte, 8);
      } else {
        code(0x190U + byte - 144U, 9);
      }
    }
  }

  // The last byte again, 258 times for each `count`.
  void repeats(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      code(0xC5, 8);  // length 258
      code(0, 5);     // distance 1
    }
  }

  std::string finish() {
    code(0, 7);
    if (used_ > 0) out_ += static_cast<char>(buffer_);
    return out_;
  }

 private:
  // Huffman codes go out from their highest bit on, everything else from the lowest.
  void code(unsigned value, unsigned count) {
    for (unsigned i = count; i-- > 0;) bits(value >> i & 1U, 1);
  }
  void bits(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      buffer_ |= (value >> i & 1U) << used_;
      if (++used_ < 8) continue;
      out_ += static_cast<char>(buffer_);
      buffer_ = 0;
      used_ = 0;
    }
  }

  std::string out_;
  unsigned buffer_ = 0;
  unsigned used_ = 0;
};

inline TestEntry deflated(std::string name, std::string_view text) {
  TestDeflate deflate;
  deflate.literals(text);
  return {.name = std::move(name),
          .bytes = deflate.finish(),
          .method = 8,
          .crc = digest::crc32(as_bytes(text)),
          .inflated = static_cast<std::uint32_t>(text.size())};
}

// `before`, then at least `bytes` times the last byte of it. What it claims of its size is little.
inline TestEntry bomb(std::string name, std::string_view before, std::uint64_t bytes) {
  TestDeflate deflate;
  deflate.literals(before);
  deflate.repeats(bytes / 258 + 1);
  return {.name = std::move(name), .bytes = deflate.finish(), .method = 8, .inflated = 1'000};
}

namespace test_zip {

inline void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

// What a local header and a central one have in common.
inline void put_entry(std::string& out, const TestEntry& entry) {
  put(out, 20, 2);  // the version that is needed
  put(out, entry.flags, 2);
  put(out, entry.method, 2);
  put(out, 0, 4);  // when it was changed
  put(out, entry.crc, 4);
  put(out, entry.bytes.size(), 4);
  put(out, entry.inflated, 4);
  put(out, entry.name.size(), 2);
  put(out, 0, 2);  // further fields
}

}  // namespace test_zip

inline std::string zip_of(const std::vector<TestEntry>& entries) {
  using test_zip::put;
  std::string out;
  std::vector<std::size_t> places;
  for (const TestEntry& entry : entries) {
    if (entry.shares >= 0) {
      places.push_back(places[static_cast<std::size_t>(entry.shares)]);
      continue;
    }
    places.push_back(out.size());
    out += "PK\3\4";
    test_zip::put_entry(out, entry);
    out += entry.name + entry.bytes;
  }
  const std::size_t directory = out.size();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += "PK\1\2";
    put(out, 20, 2);
    test_zip::put_entry(out, entries[i]);
    put(out, 0, 8);  // comment, disk, attributes
    put(out, 0, 2);
    put(out, places[i], 4);
    out += entries[i].name;
  }
  const std::size_t directory_bytes = out.size() - directory;
  out += "PK\5\6";
  put(out, 0, 4);
  put(out, entries.size(), 2);
  put(out, entries.size(), 2);
  put(out, directory_bytes, 4);
  put(out, directory, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace argot::documents
