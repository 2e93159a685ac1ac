// Lists all files, or those of one purpose, oldest first, however many pages that takes.
//
//   list_all [PURPOSE]

#include <argot_open_ai/argot_open_ai.hpp>
#include <cstdint>
#include <exception>
#include <iostream>
#include <optional>
#include <string>

namespace openai = argot::openai;

int main(int argc, char** argv) {
  openai::ListFilesRequest request{.limit = 100, .order = "asc"};
  if (argc > 1) request.purpose = argv[1];
  try {
    const openai::ArgotOpenAi argotOpenAi;
    std::int64_t bytes = 0;
    std::size_t count = 0;
    // A page is asked for when the loop comes to it.
    for (const openai::OpenAIFile& file : argotOpenAi.files.listAllFiles(request)) {
      std::cout << file.id << '\t' << file.bytes << '\t' << file.purpose.str() << '\t'
                << file.filename << '\n';
      bytes += file.bytes;
      ++count;
    }
    std::cout << count << " files, " << bytes << " bytes\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
