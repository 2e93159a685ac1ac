// Runs one example of the documents of the SDK by its name, or lists them. What an example throws
// ends it with 3, and is named on standard error.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "argot_open_ai/models/errors.hpp"
#include "tests/sdk_docs/example.h"

namespace argot::docs {
namespace {

constexpr int threw = 3;

int run(const Example& example) {
  try {
    return example.run();
  } catch (const openai::SDKError& error) {
    std::cerr << "SDKError " << error.statusCode() << '\n' << error.what() << '\n';
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
  }
  return threw;
}

}  // namespace

const char* file_id() {
  const char* const id = std::getenv("ARGOT_DOCS_FILE");
  return id == nullptr ? "<id>" : id;
}

}  // namespace argot::docs

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (const argot::docs::Example& example : argot::docs::examples()) {
    if (wanted.empty()) {
      std::cout << example.name << '\n';
    } else if (example.name == wanted) {
      return argot::docs::run(example);
    }
  }
  return wanted.empty() ? 0 : 2;
}
