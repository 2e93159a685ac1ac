// Everything but the standalone functions, of which each has a header in funcs/.
#pragma once

#include "argot_open_ai/core.hpp"               // IWYU pragma: export
#include "argot_open_ai/models/components.hpp"  // IWYU pragma: export
#include "argot_open_ai/models/errors.hpp"      // IWYU pragma: export
#include "argot_open_ai/models/operations.hpp"  // IWYU pragma: export
#include "argot_open_ai/models/uploads.hpp"     // IWYU pragma: export
#include "argot_open_ai/sdk/sdk.hpp"            // IWYU pragma: export
#include "argot_open_ai/types/blob.hpp"         // IWYU pragma: export
