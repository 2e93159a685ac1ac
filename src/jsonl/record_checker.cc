#include "jsonl/record_checker.h"

#include <array>
#include <utility>

#include "jsonl/batch_checker.h"
#include "jsonl/checks.h"
#include "jsonl/training_checkers.h"

namespace argot::jsonl {
namespace {

class ItemWalk : public Checks {
 public:
  using Checks::Checks;

  void record(const json::Item& item) {
    static constexpr auto members = std::to_array<Member<ItemWalk>>(
        {{"item", &ItemWalk::object, true}, {"sample", &ItemWalk::object}});
    open_object(*this, item, members);
  }
};

class EvalsChecker final : public RecordChecker {
 public:
  void walk(Walk& walk, const json::Item& record) override { ItemWalk(walk).record(record); }
  void keep(Walk& /*walk*/, Statistics& /*statistics*/) override {}
};

class AnyChecker final : public RecordChecker {
 public:
  void walk(Walk& walk, const json::Item& record) override { walk.any(record); }
  void keep(Walk& /*walk*/, Statistics& /*statistics*/) override {}
};

}  // namespace

Facts RecordChecker::facts() const { return {}; }

bool RecordChecker::keep_like(const Patterns::Match& /*match*/, std::uint64_t /*record*/,
                              Statistics& /*statistics*/) {
  return true;
}

void RecordChecker::finish(std::uint64_t /*records*/, ProblemLog& /*log*/) {}

std::unique_ptr<RecordChecker> make_checker(Format format) {
  switch (format) {
    case Format::chat:
      return std::make_unique<ChatChecker>();
    case Format::completions:
      return std::make_unique<CompletionsChecker>();
    case Format::preference:
      return std::make_unique<PreferenceChecker>();
    case Format::reinforcement:
      return std::make_unique<ReinforcementChecker>();
    case Format::batch:
      return std::make_unique<BatchChecker>();
    case Format::evals:
      return std::make_unique<EvalsChecker>();
  }
  std::unreachable();
}

std::unique_ptr<RecordChecker> make_any_checker() { return std::make_unique<AnyChecker>(); }

}  // namespace argot::jsonl
