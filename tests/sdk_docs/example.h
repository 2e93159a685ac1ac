// What the C++ of the documents becomes: programs in one executable. snippets.py makes the list.
#pragma once

#include <string_view>
#include <vector>

namespace argot::docs {

struct Example {
  std::string_view name;  // "files.list_class"
  int (*run)();
};

const std::vector<Example>& examples();

// The id that stands for "<id>": ARGOT_DOCS_FILE of the environment, or "<id>" itself.
const char* file_id();

}  // namespace argot::docs
