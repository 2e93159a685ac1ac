// What the content of a file must be where its purpose asks for no records: the images that vision
// reads, and for assistants what the extension says.
#pragma once

#include <optional>
#include <string_view>

#include "jsonl/problem_log.h"
#include "policy/content_kind.h"
#include "policy/purpose.h"

namespace argot::policy {

// Whether any rule of that purpose looks at the kind of content.
bool asks_for_content(Purpose purpose);

// The problem of a file that is not what it should be, without a place in it. The extension itself
// is judge()'s affair.
std::optional<jsonl::Problem> content_problem(Purpose purpose, std::string_view filename,
                                              ContentKind kind);

}  // namespace argot::policy
