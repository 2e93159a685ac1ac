// All five operations in a program that is compiled without exceptions.
//
//   no_exceptions

#include <argot_open_ai/core.hpp>
#include <argot_open_ai/funcs/filesCreateFile.hpp>
#include <argot_open_ai/funcs/filesDeleteFile.hpp>
#include <argot_open_ai/funcs/filesDownloadFile.hpp>
#include <argot_open_ai/funcs/filesListFiles.hpp>
#include <argot_open_ai/funcs/filesRetrieveFile.hpp>
#include <iostream>
#include <string>

namespace openai = argot::openai;

namespace {

openai::Result<std::string> roundTrip(const openai::ArgotOpenAiCore& core) {
  const std::string text = "{\"prompt\": \"Hello\", \"completion\": \"Hello yourself\"}\n";
  const auto created = openai::filesCreateFile(
      core,
      {.file = openai::Blob(text, {.name = "hello.jsonl"}), .purpose = openai::Purpose::FineTune});
  if (!created.ok()) return created.error();
  const std::string id = created->id;

  const auto listed = openai::filesListFiles(core, {.purpose = "fine-tune"});
  if (!listed.ok()) return listed.error();
  const auto file = openai::filesRetrieveFile(core, {.fileId = id});
  if (!file.ok()) return file.error();
  const auto content = openai::filesDownloadFile(core, {.fileId = id});
  if (!content.ok()) return content.error();
  const auto deleted = openai::filesDeleteFile(core, {.fileId = id});
  if (!deleted.ok()) return deleted.error();

  std::cout << "one of " << listed->data.size() << ": " << file->filename << '\n';
  return *content;
}

}  // namespace

int main() {
  // Of settings that cannot be used, too, it tells by its result.
  const auto core = openai::ArgotOpenAiCore::create({});
  const auto content = core.ok() ? roundTrip(*core) : core.error();
  if (!content.ok()) {
    std::cerr << content.error() << '\n';
    return 1;
  }
  std::cout << *content;
  return 0;
}
