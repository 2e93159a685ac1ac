// Patterns such as "data/*.jsonl", expanded where the shell has left them as they are.
#pragma once

#include <string>
#include <vector>

namespace argot::cli {

// The files that `argument` stands for, in order: itself if there is such a file or it holds no
// '*', '?' or '['; else what matches, folders excepted. Empty where nothing does.
std::vector<std::string> expanded(const std::string& argument);

}  // namespace argot::cli
