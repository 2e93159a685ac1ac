// The operation decides on the method.
#include "argot_open_ai/lib/options.hpp"

const argot::openai::FetchOptions options{
#ifdef WRONG
    .method = "PUT",
#endif
    .keepalive = false};
