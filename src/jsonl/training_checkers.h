// Examples for fine-tuning: conversations, prompts with completions, preferences, and conversations
// to be graded.
#pragma once

#include "jsonl/conversation.h"
#include "jsonl/record_checker.h"

namespace argot::jsonl {

// What the formats of examples share. Not thread-safe.
class TrainingChecker : public RecordChecker {
 public:
  void walk(Walk& walk, const json::Item& record) final;
  void keep(Walk& walk, Statistics& statistics) final;
  Facts facts() const final;
  bool keep_like(const Patterns::Match& match, std::uint64_t record, Statistics& statistics) final;
  // A job asks for limits::training_examples_min of them.
  void finish(std::uint64_t records, ProblemLog& log) final;

 protected:
  virtual void walk_example(Walk& walk, const json::Item& example, MessageCounts& counts) = 0;

 private:
  MessageCounts counts_;  // of the example at hand
};

class ChatChecker final : public TrainingChecker {
 protected:
  void walk_example(Walk& walk, const json::Item& example, MessageCounts& counts) override;
};

class ReinforcementChecker final : public TrainingChecker {
 protected:
  void walk_example(Walk& walk, const json::Item& example, MessageCounts& counts) override;
};

class PreferenceChecker final : public TrainingChecker {
 protected:
  void walk_example(Walk& walk, const json::Item& example, MessageCounts& counts) override;
};

class CompletionsChecker final : public TrainingChecker {
 protected:
  void walk_example(Walk& walk, const json::Item& example, MessageCounts& counts) override;
};

}  // namespace argot::jsonl
