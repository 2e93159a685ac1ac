// What a downloaded file is called on this machine.
#pragma once

#include <string>
#include <string_view>

namespace argot::cli {

// The last part of `name`, which a stranger may have chosen: without folders, control characters
// and bytes that are not UTF-8, never "", "." or "..", and short enough to have ".part.note" behind
// it. Where nothing is left, `file_id` takes its place, treated likewise.
std::string safe_file_name(std::string_view name, std::string_view file_id);

}  // namespace argot::cli
