// The child's side of an extraction: this program once more, with a hidden first argument.
//
//   argot extract-text KIND MEMORY_BYTES CPU_SECONDS [ENGINE]
//
// The document is descriptor 0, its text goes to descriptor 1, and what there is to say to 2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace argot::documents {

inline constexpr std::string_view child_command = "extract-text";
// A KIND of its own: the engine of .pdf says its version.
inline constexpr std::string_view engine_version_kind = "pdf-version";

// Enters the sandbox, reads the document, and ends the process. `arguments` are those behind the
// command.
[[noreturn]] void run_child(const std::vector<std::string>& arguments);

}  // namespace argot::documents
