// The operation makes the body.
#include "argot_open_ai/lib/options.hpp"

const argot::openai::FetchOptions options{
#ifdef WRONG
    .body = "{}",
#endif
    .keepalive = false};
