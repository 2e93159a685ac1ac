// Characters that several readers of documents know.
#pragma once

#include <string_view>

namespace argot::documents {

// U+FFFD: stands for what is no text.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

// ASCII whitespace (infra.spec.whatwg.org, 4.6).
inline constexpr std::string_view white_space = " \t\n\f\r";

}  // namespace argot::documents
