// How the reading of one document ended.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argot::documents {

enum class Outcome : std::uint8_t {
  extracted,       // all of its text was written
  encrypted,       // it needs a password
  malformed,       // it is not what its kind says, or a part of it is broken
  too_large,       // a bound on size or memory was reached
  timed_out,       // a bound on time was reached
  unsupported,     // a format that nothing here reads, whatever it is called
  engine_missing,  // the program that would read it is not installed
};

inline constexpr std::array outcomes{
    Outcome::extracted, Outcome::encrypted,   Outcome::malformed,     Outcome::too_large,
    Outcome::timed_out, Outcome::unsupported, Outcome::engine_missing};

// The enumerator's own name: "too_large".
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome_named(std::string_view name);

// `detail` says what was wrong, in words of ours alone: nothing of the document is in it. Empty
// where the text was extracted.
struct Verdict {
  Outcome outcome = Outcome::extracted;
  std::string detail;

  bool is_good() const { return outcome == Outcome::extracted; }

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace argot::documents
