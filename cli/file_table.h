// File objects as text: for people, for scripts. Whatever is in them comes out printable.
#pragma once

#include <string>
#include <vector>

#include "argot_open_ai/models/components.hpp"

namespace argot::cli {

// A table with a head.
std::string files_table(const std::vector<openai::OpenAIFile>& files);

// One line, separated by tabs: id, bytes, created, purpose, status, filename.
std::string file_row(const openai::OpenAIFile& file);

// One line of JSON.
std::string file_json(const openai::OpenAIFile& file);

// One line for each thing that is known.
std::string file_details(const openai::OpenAIFile& file);

}  // namespace argot::cli
