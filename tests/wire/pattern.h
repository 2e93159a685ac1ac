// Patterns for what comes back: texts and JSON with {variables} filled in and <placeholders> that
// stand for values nobody can know beforehand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace argot::wire {

using Variables = std::map<std::string, std::string, std::less<>>;

// Replaces every {name} that is a variable; other braces stay.
std::string filled_in(std::string_view text, const Variables& variables);

// What is wrong with `actual`, or nothing. The pattern is a text, or one placeholder alone; a
// placeholder `<kind as name>` makes a variable of what it stands for.
std::optional<std::string> text_mismatch(std::string_view pattern, std::string_view actual,
                                         Variables& variables);

// The same for JSON: objects must have the same keys, in any order. A placeholder stands where a
// value would.
std::optional<std::string> json_mismatch(std::string_view pattern, std::string_view actual,
                                         Variables& variables);

}  // namespace argot::wire
