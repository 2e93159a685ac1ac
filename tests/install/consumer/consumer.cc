// Uses the class form, the standalone form and the launcher, as a program of a user would.

#include <cstdio>
#include <iostream>

#include "argot_open_ai/argot_open_ai.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/testing/files_server.hpp"

namespace openai = argot::openai;

int main() {
  const openai::testing::FilesServer server;
  openai::ArgotOpenAi argotOpenAi(server.options());
  const openai::OpenAIFile file = argotOpenAi.files.createFile(
      {.file =
           openai::CreateFileRequestFile{.fileName = "a.jsonl", .content = "{\"prompt\": \"\"}\n"},
       .purpose = "fine-tune"});
  const openai::ArgotOpenAiCore core(server.options());
  const auto known = openai::filesRetrieveFile(core, {.fileId = file.id});
  if (!known.ok() || known->filename != "a.jsonl") {
    std::cerr << known << '\n';
    return 1;
  }
  const auto unknown = openai::filesRetrieveFile(core, {.fileId = "file-none"});
  if (unknown.ok() || unknown.error().statusCode() != 404) return 1;
  try {
    argotOpenAi.files.deleteFile({.fileId = "file-none"});
    return 1;
  } catch (const openai::SDKError& error) {
    std::cout << error.statusCode() << '\n';
  }
  return 0;
}
