#include "tests/crash/campaign.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <optional>
#include <random>
#include <unordered_set>
#include <utility>

#include "base/assert.h"

namespace argot::crash {
namespace {

constexpr std::size_t findings_max = 6;

// As many of them as the effort allows, in no order: what is wrong is then found soon.
std::vector<std::uint64_t> some_of(std::vector<std::uint64_t> numbers, const Effort& effort) {
  std::mt19937_64 random(effort.seed);
  std::vector<std::uint64_t> chosen;
  std::ranges::sample(numbers, std::back_inserter(chosen),
                      static_cast<std::ptrdiff_t>(effort.points), random);
  std::ranges::shuffle(chosen, random);
  return chosen;
}

std::vector<std::uint64_t> points_of(std::uint64_t last, const Effort& effort) {
  std::vector<std::uint64_t> all(last);
  std::iota(all.begin(), all.end(), 1U);
  return some_of(std::move(all), effort);
}

// How the workload goes when nothing is wrong.
RunResult run_well(Rig& rig, const Workload& workload) {
  rig.reset(workload.scenario);
  RunResult result = rig.run(workload, {});
  ASSERT(result.status == static_cast<int>(Ended::done));
  return result;
}

bool is_enough(const Tally& tally, const Effort& effort) {
  return effort.ends_at_first_finding && tally.bad > 0;
}

// Looks at states that a model gives, each only once.
class Explorer {
 public:
  Explorer(Rig& rig, const Effort& effort) : rig_(rig), effort_(effort), random_(effort.seed) {}

  // Every state at every point, or some by chance, and then again with other random ones, until
  // there are as many as the effort allows or no new ones are found.
  void explore(const DiskModel& begin, const RunResult& run, const Oracle& before) {
    const double per_pass = static_cast<double>(run.log.count() + 1) * candidates;
    // A few from everywhere first, where the first finding is all that is wanted.
    const std::uint64_t wanted =
        effort_.ends_at_first_finding ? effort_.points / 20 : effort_.points;
    chance_ = std::min(1.0, static_cast<double>(wanted) / per_pass);
    for (int pass = 0; pass < passes_max && !is_done(); ++pass) {
      const std::uint64_t states_before = tally_.states;
      // The states that are not random are the same in every pass.
      first_candidate_ = pass > 0 && chance_ == 1.0 ? std::size(kinds) : 0;
      DiskModel model = begin;
      Oracle oracle = before;
      look_around(model, oracle, "before 1");
      for (const Record& record : run.log.records()) {
        model.apply(record);
        if (record.operation == Operation::remark) oracle.hear(record.data);
        if (is_done()) return;
        look_around(model, oracle, "after " + record.text());
      }
      if (tally_.states == states_before) return;
    }
  }

  // Only what is durable.
  void look(const DiskModel& model, const Oracle& oracle, const std::string& where) {
    consider(model.state(Kept::nothing), oracle, where + ", only what was synced");
  }

  Tally& tally() { return tally_; }

 private:
  static constexpr std::pair<Kept, const char*> kinds[] = {
      {Kept::nothing, ", only what was synced"},
      {Kept::everything, ", everything"},
      {Kept::names, ", names without data"},
      {Kept::data, ", data without names"}};
  static constexpr std::size_t candidates = 6;
  static constexpr int passes_max = 1'000;

  bool is_done() const { return tally_.states >= effort_.points || is_enough(tally_, effort_); }

  bool by_chance() { return std::uniform_real_distribution<>()(random_) < chance_; }

  void look_around(const DiskModel& model, const Oracle& oracle, const std::string& where) {
    for (std::size_t state = first_candidate_; state < candidates; ++state) {
      if (!by_chance()) continue;
      if (state < std::size(kinds)) {
        const auto& [kept, text] = kinds[state];
        consider(model.state(kept), oracle, where + text);
      } else {
        consider(model.random_state(random_), oracle, where + ", by chance");
      }
    }
  }

  void consider(const DiskState& state, const Oracle& oracle, const std::string& where) {
    if (is_enough(tally_, effort_)) return;
    // What the clients know may have changed where the disk has not.
    const std::uint64_t mark = state.fingerprint() + 31 * oracle.heard();
    if (!seen_.insert(mark).second) return;
    rig_.reset(state);
    tally_.add(where, rig_.judge(oracle));
  }

  Rig& rig_;
  const Effort& effort_;
  std::mt19937_64 random_;
  double chance_ = 1;
  std::size_t first_candidate_ = 0;
  std::unordered_set<std::uint64_t> seen_;
  Tally tally_;
};

}  // namespace

bool Tally::has_broken(std::string_view invariant) const {
  return std::ranges::any_of(findings, [&](const std::string& finding) {
    return finding.find(": " + std::string(invariant) + ":") != std::string::npos;
  });
}

std::string Tally::text() const {
  std::string text = std::to_string(points) + " points, " + std::to_string(states) + " states, " +
                     std::to_string(bad) + " bad";
  for (const std::string& finding : findings) text += "\n  " + finding;
  return text;
}

void Tally::add(const std::string& where, const std::vector<std::string>& broken) {
  ++states;
  if (broken.empty()) return;
  ++bad;
  for (const std::string& line : broken) {
    if (findings.size() < findings_max) findings.push_back(where + ": " + line);
  }
}

Tally kill_everywhere(Rig& rig, const Workload& workload, const Effort& effort) {
  Tally tally;
  const std::uint64_t last = run_well(rig, workload).log.count();
  for (const std::uint64_t point : points_of(last, effort)) {
    const Fault fault{.at = point, .action = Action::kill};
    rig.reset(workload.scenario);
    const RunResult result = rig.run(workload, fault);
    ++tally.points;
    tally.add(fault.text(), rig.judge(result.oracle()));
    if (is_enough(tally, effort)) break;
  }
  return tally;
}

Tally kill_the_recovery(Rig& rig, const Workload& workload, const Effort& effort) {
  Tally tally;
  const std::uint64_t last = run_well(rig, workload).log.count();
  for (const std::uint64_t point : points_of(last, effort)) {
    rig.reset(workload.scenario);
    const RunResult killed = rig.run(workload, {.at = point, .action = Action::kill});
    const Oracle oracle = killed.oracle();
    const DiskState left = rig.state();
    for (std::uint64_t second = 1;; ++second) {
      const Fault fault{.at = second, .action = Action::kill};
      rig.reset(left);
      const RunResult recovery = rig.run_recovery(fault);
      if (!recovery.was_killed()) break;
      ++tally.points;
      tally.add("kill at " + std::to_string(point) + ", then " + fault.text(), rig.judge(oracle));
      if (is_enough(tally, effort)) return tally;
    }
  }
  return tally;
}

Tally fail_everywhere(Rig& rig, const Workload& workload, const Fault& fault,
                      const Effort& effort) {
  Tally tally;
  const std::uint64_t last = run_well(rig, workload).log.count();
  for (const std::uint64_t point : points_of(last, effort)) {
    Fault here = fault;
    here.at = point;
    rig.reset(workload.scenario);
    const RunResult result = rig.run(workload, here);
    ++tally.points;
    std::vector<std::string> broken = rig.judge(result.oracle());
    if (!result.ended_well()) {
      broken.push_back("I0: the process ended with " + std::to_string(result.status));
    }
    tally.add(here.text(), broken);
    if (is_enough(tally, effort)) break;
  }
  return tally;
}

Tally cut_the_power(Rig& rig, const Workload& workload, Lie lie, const Effort& effort) {
  rig.reset(workload.scenario);
  const DiskModel begin = rig.model();
  const RunResult run = rig.run(workload, {.lie = lie});
  ASSERT(run.status == static_cast<int>(Ended::done));
  Explorer explorer(rig, effort);
  explorer.explore(begin, run, Oracle());
  explorer.tally().points = run.log.count();
  return explorer.tally();
}

Tally cut_the_recovery(Rig& rig, const Workload& workload, const Effort& effort) {
  Tally all;
  constexpr std::uint64_t kills = 10;
  const std::uint64_t last = run_well(rig, workload).log.count();
  for (const std::uint64_t point : points_of(last, {.seed = effort.seed, .points = kills})) {
    rig.reset(workload.scenario);
    DiskModel model = rig.model();
    const RunResult killed = rig.run(workload, {.at = point, .action = Action::kill});
    // A kill loses nothing yet, and what was not synced then may be lost now.
    for (const Record& record : killed.log.records()) model.apply(record);
    const RunResult recovery = rig.run_recovery({});
    const Effort part{.seed = effort.seed + point, .points = effort.points / kills};
    Explorer explorer(rig, part);
    explorer.explore(model, recovery, killed.oracle());
    const Tally& tally = explorer.tally();
    all.points += recovery.log.count();
    all.states += tally.states;
    all.bad += tally.bad;
    for (const std::string& finding : tally.findings) {
      all.findings.push_back("kill at " + std::to_string(point) + ", recovery " + finding);
    }
  }
  return all;
}

namespace {

// One sync that fails, and what comes of it: the run, and the one after it.
class LostSync {
 public:
  LostSync(Rig& rig, Explorer& explorer, const Workload& workload, std::uint64_t point)
      : rig_(rig), explorer_(explorer), workload_(workload), point_(point) {}

  void run() {
    rig_.reset(workload_.scenario);
    model_ = rig_.model();
    const RunResult first = rig_.run(workload_, {.at = point_, .action = Action::fail_io});
    if (has_lost_names(first)) {
      // That is the journal's failure: nothing more is written until the disk is mounted anew.
      look_at(first, point_, "");
      rig_.reset(model_->state(Kept::nothing));
      model_ = rig_.model();
      look_at(next_run(), 0, "in the next run, ");
    } else {
      // The file reads as if it were whole, until the power goes.
      const RunResult next = next_run();
      look_at(first, point_, "");
      look_at(next, 0, "in the next run, ");
    }
  }

 private:
  bool has_lost_names(const RunResult& run) const {
    const auto& records = run.log.records();
    const auto failed = std::ranges::find(records, Operation::sync_failed, &Record::operation);
    return failed != records.end() &&
           std::filesystem::is_directory(rig_.disk() + "/" + std::string(failed->path));
  }

  RunResult next_run() { return rig_.run({.scenario = Scenario::afterwards, .seed = point_}, {}); }

  // After each answer from that operation on. What came before it is as in every run.
  void look_at(const RunResult& run, std::uint64_t from, const std::string& where) {
    const std::string fault = Fault{.at = point_, .action = Action::fail_io}.text() + ", ";
    for (const Record& record : run.log.records()) {
      model_->apply(record);
      if (record.operation != Operation::remark) continue;
      oracle_.hear(record.data);
      if (record.ordinal >= from) {
        explorer_.look(*model_, oracle_, fault + where + "after " + record.text());
      }
    }
  }

  Rig& rig_;
  Explorer& explorer_;
  const Workload& workload_;
  const std::uint64_t point_;
  std::optional<DiskModel> model_;
  Oracle oracle_;
};

}  // namespace

Tally lose_failed_syncs(Rig& rig, const Workload& workload, const Effort& effort) {
  std::vector<std::uint64_t> syncs;
  const RunResult well = run_well(rig, workload);
  for (const Record& record : well.log.records()) {
    if (record.operation == Operation::sync) syncs.push_back(record.ordinal);
  }
  Explorer explorer(rig, effort);
  for (const std::uint64_t point : some_of(std::move(syncs), effort)) {
    LostSync(rig, explorer, workload, point).run();
    ++explorer.tally().points;
    if (is_enough(explorer.tally(), effort)) break;
  }
  return explorer.tally();
}

}  // namespace argot::crash
