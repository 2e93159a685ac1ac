// Uploads a file, shows how far it is, and waits for the server's verdict on it.
//
//   upload_and_wait train.jsonl fine-tune

#include <argot_open_ai/argot_open_ai.hpp>
#include <exception>
#include <iostream>

namespace openai = argot::openai;

namespace {

void show(const openai::Progress& progress) {
  std::cerr << "\rsent " << progress.done << " of " << progress.total.value_or(progress.done);
}

int run(const char* path, const char* purpose) {
  // Key and server come from ARGOTOPENAI_API_KEY_AUTH and ARGOTOPENAI_SERVER_URL.
  const openai::ArgotOpenAi argotOpenAi({.retryConfig = openai::RetryConfig::recommended()});

  const openai::OpenAIFile sent = argotOpenAi.files.createFile(
      {.file = openai::openAsBlob(path), .purpose = purpose}, {.onProgress = show});
  std::cerr << '\n';

  const openai::OpenAIFile file = argotOpenAi.files.waitForProcessing({.fileId = sent.id});
  std::cout << file << '\n';
  if (file.status != openai::Status(openai::Status::Error)) return 0;
  std::cerr << file.filename << ": " << file.statusDetails.value_or("cannot be used") << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: upload_and_wait FILE PURPOSE\n";
    return 2;
  }
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
