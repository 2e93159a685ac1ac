#include "jsonl/training_checkers.h"

#include <array>
#include <string>

#include "base/limits.h"
#include "base/quoting.h"
#include "base/text.h"

namespace argot::jsonl {
namespace {

using json::Item;

std::string example_of(const Walk& walk) {
  return "Invalid file format. Example " + std::to_string(walk.place().record);
}

// An example of whatever format: its members, and the words for those that lack or do not belong.
class ExampleWalk : public Conversation {
 public:
  using Conversation::Conversation;

  void chat(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<ExampleWalk>>({{"messages", &ExampleWalk::chat_messages, true},
                                            {"tools", &ExampleWalk::tools},
                                            {"parallel_tool_calls", &ExampleWalk::boolean},
                                            {"functions", &ExampleWalk::functions}});
    closed_object(item, members);
  }

  void reinforcement(const Item& item) {
    static constexpr auto members = std::to_array<Member<ExampleWalk>>(
        {{"messages", &ExampleWalk::graded_messages, true}, {"tools", &ExampleWalk::tools}});
    check_members(
        *this, item, members, [](std::string_view, std::string_view) {},
        [&](std::string_view key) { lacks(item, key); });
  }

  void preference(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<ExampleWalk>>({{"input", &ExampleWalk::input, true},
                                            {"preferred_output", &ExampleWalk::output, true},
                                            {"non_preferred_output", &ExampleWalk::output, true}});
    closed_object(item, members);
  }

  void completions(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<ExampleWalk>>({{"prompt", &ExampleWalk::free_string, true},
                                            {"completion", &ExampleWalk::free_string, true}});
    closed_object(item, members);
  }

 private:
  template <std::size_t size>
  void closed_object(const Item& item, const std::array<Member<ExampleWalk>, size>& members) {
    check_members(
        *this, item, members,
        [&](std::string_view key, std::string_view written) {
          walk().error("invalid_file_format", written, [&] {
            std::string extra;
            append_json_string(extra, shortened(key));
            return example_of(walk()) + " contains an extra " + extra + ".";
          });
        },
        [&](std::string_view key) { lacks(item, key); });
  }

  void lacks(const Item& item, std::string_view key) {
    const bool is_messages = key == "messages";
    walk().error(is_messages ? "missing_messages_list" : "invalid_file_format", item.token(), [&] {
      return example_of(walk()) + " is missing key '" + std::string(key) + "'.";
    });
  }

  void chat_messages(const Item& item) {
    messages(item, {.roles = chat_roles, .needs_assistant = true});
  }

  void graded_messages(const Item& item) {
    messages(item, {.roles = reinforcement_roles, .ends_with_user = true});
  }

  void input(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<ExampleWalk>>({{"messages", &ExampleWalk::input_messages, true},
                                            {"tools", &ExampleWalk::tools},
                                            {"parallel_tool_calls", &ExampleWalk::boolean}});
    open_object(*this, item, members);
  }

  void input_messages(const Item& item) {
    messages(item, {.roles = chat_roles, .may_have_images = false});
  }

  void output(const Item& item) {
    messages(item, {.roles = output_roles, .may_have_images = false, .is_one = true});
  }
};

}  // namespace

void TrainingChecker::walk(Walk& walk, const Item& record) {
  counts_ = {};
  walk_example(walk, record, counts_);
}

void TrainingChecker::keep(Walk& /*walk*/, Statistics& statistics) {
  statistics.messages.add(counts_);
}

Facts TrainingChecker::facts() const { return {.messages = counts_}; }

bool TrainingChecker::keep_like(const Patterns::Match& match, std::uint64_t /*record*/,
                                Statistics& statistics) {
  statistics.messages.add(match.facts->messages);
  return true;
}

void TrainingChecker::finish(std::uint64_t records, ProblemLog& log) {
  if (records >= limits::training_examples_min) return;
  log.add(Severity::warning, "invalid_n_examples", [&] {
    return Problem{.severity = Severity::warning,
                   .code = "invalid_n_examples",
                   .message = "Training file has " + std::to_string(records) +
                              " example(s), but must have at least " +
                              std::to_string(limits::training_examples_min) + " examples"};
  });
}

void ChatChecker::walk_example(Walk& walk, const Item& example, MessageCounts& counts) {
  ExampleWalk(walk, counts).chat(example);
}

void ReinforcementChecker::walk_example(Walk& walk, const Item& example, MessageCounts& counts) {
  ExampleWalk(walk, counts).reinforcement(example);
}

void PreferenceChecker::walk_example(Walk& walk, const Item& example, MessageCounts& counts) {
  ExampleWalk(walk, counts).preference(example);
}

void CompletionsChecker::walk_example(Walk& walk, const Item& example, MessageCounts& counts) {
  ExampleWalk(walk, counts).completions(example);
}

}  // namespace argot::jsonl
