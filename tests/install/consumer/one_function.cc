#include "argot_open_ai/funcs/filesDeleteFile.hpp"

int main(int, char** arguments) {
  const argot::openai::ArgotOpenAiCore core({.serverURL = "http://127.0.0.1:1/v1"});
  return argot::openai::filesDeleteFile(core, {.fileId = arguments[0]}).ok() ? 0 : 1;
}
