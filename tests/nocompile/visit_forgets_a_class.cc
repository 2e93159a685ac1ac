// Whoever handles errors by class handles all seven.
#include <string_view>

#include "argot_open_ai/models/errors.hpp"

namespace openai = argot::openai;

struct Visitor {
  int operator()(const openai::SDKError&) const { return 1; }
  int operator()(const openai::SDKValidationError&) const { return 2; }
  int operator()(const openai::UnexpectedClientError&) const { return 3; }
  int operator()(const openai::InvalidRequestError&) const { return 4; }
  int operator()(const openai::RequestAbortedError&) const { return 5; }
  int operator()(const openai::RequestTimeoutError&) const { return 6; }
#ifndef WRONG
  int operator()(const openai::ConnectionError&) const { return 7; }
#endif
};

int number(const openai::Error& error) { return error.visit(Visitor{}); }
