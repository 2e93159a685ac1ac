// The main of test programs that read documents: like the real program, each is its own child.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "documents/child.h"

int main(int count, char** values) {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (!arguments.empty() && arguments[0] == argot::documents::child_command) {
    argot::documents::run_child({arguments.begin() + 1, arguments.end()});
  }
  ::testing::InitGoogleMock(&count, values);
  return RUN_ALL_TESTS();
}
