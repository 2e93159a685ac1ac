// The files that checking is measured on: the same ones in every run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace argot::bench {

enum class Corpus {
  batch,       // requests of about 1,330 bytes, as many as a batch may have
  short_chat,  // conversations of about 300 bytes
  long_chat,   // conversations of about 3,300 bytes
  cjk_chat,    // conversations in Chinese, not escaped
};

class CorpusWriter {
 public:
  explicit CorpusWriter(Corpus corpus) : corpus_(corpus) {}

  std::string file() {
    constexpr std::size_t file_bytes = 100'000'000;
    const bool is_batch = corpus_ == Corpus::batch;
    const std::size_t lines_max = is_batch ? limits::batch_requests_max : file_bytes;
    std::string file;
    file.reserve(file_bytes + limits::body_buffer_bytes);
    for (std::size_t line = 0; line < lines_max && file.size() < file_bytes; ++line) {
      is_batch ? add_request(file, line) : add_example(file);
      file += '\n';
    }
    return file;
  }

 private:
  void add_request(std::string& file, std::size_t line) {
    file += R"({"custom_id": "request-)" + std::to_string(line) +
            R"(", "method": "POST", "url": "/v1/chat/completions", "body": {"model": )"
            R"("gpt-4o-mini", "messages": [)";
    add_message(file, "system", 250);
    file += ", ";
    add_message(file, "user", 770);
    file += R"(], "max_tokens": 1000, "temperature": 0.7}})";
  }

  void add_example(std::string& file) {
    const bool is_short = corpus_ == Corpus::short_chat;
    const std::size_t turns = is_short ? 1 : 3;
    const std::size_t bytes = is_short ? 50 : 420;
    file += R"({"messages": [)";
    add_message(file, "system", bytes);
    for (std::size_t turn = 0; turn < turns; ++turn) {
      file += ", ";
      add_message(file, "user", bytes);
      file += ", ";
      add_message(file, "assistant", bytes);
    }
    file += "]}";
  }

  void add_message(std::string& file, std::string_view role, std::size_t bytes) {
    file += R"({"role": ")" + std::string(role) + R"(", "content": ")";
    add_text(file, bytes);
    file += "\"}";
  }

  // Half of the strings have escapes, as Python writes what is not ASCII.
  void add_text(std::string& file, std::size_t bytes) {
    constexpr auto plain = std::to_array<std::string_view>(
        {"the", "of", "information", "and", "system", "please", "a", "summarize", "following",
         "customer", "is", "report", "with", "in", "answer", "question"});
    constexpr auto escaped = std::to_array<std::string_view>(
        {"caf\\u00e9", "\\u201cquoted\\u201d", "na\\u00efve", "line\\n", "\\u2014",
         "\\ud83d\\ude00", "\\\"said\\\"", "M\\u00fcnchen"});
    constexpr std::string_view cjk =
        "\xE8\xAF\xB7\xE6\x80\xBB\xE7\xBB\x93\xE4\xBB\xA5\xE4\xB8\x8B"
        "\xE6\x96\x87\xE6\x9C\xAC\xE3\x80\x82";
    const std::size_t end = file.size() + bytes;
    const bool has_escapes = random_() % 2 == 0;
    while (file.size() < end) {
      if (corpus_ == Corpus::cjk_chat) {
        file += cjk;
      } else {
        const bool is_escaped = has_escapes && random_() % 4 == 0;
        file += is_escaped ? escaped.at(random_() % escaped.size())
                           : plain.at(random_() % plain.size());
        file += ' ';
      }
    }
  }

  Corpus corpus_;
  std::minstd_rand random_{1};
};

}  // namespace argot::bench
