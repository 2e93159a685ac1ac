// What a file is for. The catalogue and the wire have it as text; decisions are made on the value.
#pragma once

#include <optional>
#include <string_view>

namespace argot::policy {

enum class Purpose {
  fine_tune,
  assistants,
  batch,
  user_data,
  vision,
  evals,
  // Only with the permission files_internal: what runners and trainers write back.
  assistants_output,
  batch_output,
  fine_tune_results,
};

std::optional<Purpose> parse_purpose(std::string_view text);
std::string_view text_of(Purpose purpose);
bool is_internal(Purpose purpose);

}  // namespace argot::policy
