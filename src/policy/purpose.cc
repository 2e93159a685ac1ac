#include "policy/purpose.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/assert.h"

namespace argot::policy {
namespace {

struct Row {
  Purpose purpose;
  std::string_view text;
  bool is_internal;
};

constexpr auto rows = std::to_array<Row>({
    {Purpose::fine_tune, "fine-tune", false},
    {Purpose::assistants, "assistants", false},
    {Purpose::batch, "batch", false},
    {Purpose::user_data, "user_data", false},
    {Purpose::vision, "vision", false},
    {Purpose::evals, "evals", false},
    {Purpose::assistants_output, "assistants_output", true},
    {Purpose::batch_output, "batch_output", true},
    {Purpose::fine_tune_results, "fine-tune-results", true},
});

const Row& row_of(Purpose purpose) {
  const auto* const row = std::ranges::find(rows, purpose, &Row::purpose);
  ASSERT(row != std::end(rows));
  return *row;
}

}  // namespace

std::optional<Purpose> parse_purpose(std::string_view text) {
  const auto* const row = std::ranges::find(rows, text, &Row::text);
  return row == std::end(rows) ? std::nullopt : std::optional(row->purpose);
}

std::string_view text_of(Purpose purpose) { return row_of(purpose).text; }

bool is_internal(Purpose purpose) { return row_of(purpose).is_internal; }

}  // namespace argot::policy
