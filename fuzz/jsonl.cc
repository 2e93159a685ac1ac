// Cuts a file at the places that the fuzzer chooses, and holds the Inspector against the uncut run
// and against a reference that knows nothing of it.
//
// Input: a byte that chooses what the file should be; a byte of flags (1: stops at a first record
// that is no object, 2: what follows chooses the records instead of being the file); a byte with
// the longest line, where 255 is the default; a byte with the number of cuts, one byte for the
// length of each piece; then the file.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "tests/support/choices.h"
#include "tests/support/inspector_differential.h"
#include "tests/support/record_generator.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace testing = argot::testing;
  constexpr std::size_t head_bytes = 4;
  constexpr std::size_t records_max = 4;
  if (size < head_bytes) return 0;
  argot::jsonl::InspectorOptions options{.expectation = testing::numbered_expectation(data[0]),
                                         .stops_unless_object = (data[1] & 1U) != 0};
  if (data[2] < 0xFF) options.line_bytes_max = data[2];
  const std::size_t cuts = std::min<std::size_t>(data[3], size - head_bytes);
  const testing::PieceLengths pieces(data + head_bytes, data + head_bytes + cuts);
  std::string file(data + head_bytes + cuts, data + size);
  if ((data[1] & 2U) != 0) {
    const std::string bytes = file;
    testing::Choices choices = testing::choices_of(std::string_view(bytes));
    file = testing::generate_file(choices, records_max);
  }
  const std::string complaint = testing::disagreement(file, options, pieces);
  if (!complaint.empty()) std::cerr << file << '\n' << complaint;
  ASSERT(complaint.empty());
  return 0;
}
