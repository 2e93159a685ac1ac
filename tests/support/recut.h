// The test that every Sink passes: however the same bytes are cut, the outcome is the same.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/sink.h"

namespace argot::testing {

// Plays `bytes` into fresh sinks: whole, cut once at every place (or at 512 random places if there
// are more), byte by byte, and in random pieces. `run` makes a sink, hands it to `play`, and says
// what came out, errors included; every outcome must equal that of the uncut run.
//
//   expect_same_however_cut(text, [&](const auto& play) { Counter c; play(c); return c.lines(); });
using Play = std::function<Result<>(Sink&)>;

inline Result<> play_cut(Sink& sink, std::string_view bytes, const std::vector<std::size_t>& cuts) {
  std::size_t from = 0;
  for (const std::size_t cut : cuts) {
    if (auto written = sink.write(as_bytes(bytes.substr(from, cut - from))); !written)
      return written;
    from = cut;
  }
  if (auto written = sink.write(as_bytes(bytes.substr(from))); !written) return written;
  return sink.finish();
}

template <typename Run>
void expect_same_however_cut(std::string_view bytes, Run run,
                             unsigned seed = std::random_device{}()) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto outcome_of = [&](const std::vector<std::size_t>& cuts) {
    return run(Play([&](Sink& sink) { return play_cut(sink, bytes, cuts); }));
  };
  const auto whole = outcome_of({});

  constexpr std::size_t places_max = 512;
  for (std::size_t place = 0; place <= std::min(bytes.size(), places_max); ++place) {
    const std::size_t cut = bytes.size() <= places_max ? place : random() % (bytes.size() + 1);
    EXPECT_EQ(outcome_of({cut}), whole) << "cut at " << cut;
  }
  std::vector<std::size_t> every;
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) every.push_back(cut);
  if (bytes.size() <= 65536) {
    EXPECT_EQ(outcome_of(every), whole) << "byte by byte";
  }
  for (int round = 0; round < 16 && !bytes.empty(); ++round) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + random() % (bytes.size() / 4 + 2))
      cuts.push_back(at);
    EXPECT_EQ(outcome_of(cuts), whole) << "random cuts, round " << round;
  }
}

}  // namespace argot::testing
