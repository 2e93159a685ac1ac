#include "documents/verdict.h"

#include <utility>

namespace argot::documents {

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::extracted:
      return "extracted";
    case Outcome::encrypted:
      return "encrypted";
    case Outcome::malformed:
      return "malformed";
    case Outcome::too_large:
      return "too_large";
    case Outcome::timed_out:
      return "timed_out";
    case Outcome::unsupported:
      return "unsupported";
    case Outcome::engine_missing:
      return "engine_missing";
  }
  std::unreachable();
}

std::optional<Outcome> outcome_named(std::string_view wanted) {
  for (const Outcome outcome : outcomes) {
    if (name(outcome) == wanted) return outcome;
  }
  return std::nullopt;
}

}  // namespace argot::documents
