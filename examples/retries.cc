// Lists the files of a server that may be busy, and tells of every attempt.
//
//   retries

#include <argot_open_ai/argot_open_ai.hpp>
#include <argot_open_ai/funcs/filesListFiles.hpp>
#include <chrono>
#include <iostream>
#include <memory>

namespace openai = argot::openai;

int main() {
  // owners: this program and its client
  const auto http = std::make_shared<openai::HTTPClient>();
  http->addResponseHook([](const openai::HttpResponse& response, const openai::HttpRequest&) {
    std::cerr << "the server answers " << response.status << '\n';
  });
  http->addRequestErrorHook(
      [](const openai::TransportFailure& failure, const openai::HttpRequest&) {
        std::cerr << "the server does not answer: " << failure.text << '\n';
      });

  openai::RetryConfig patient = openai::RetryConfig::recommended();
  patient.maxAttempts = 5;
  patient.maxRetryAfter = std::chrono::seconds(10);
  const openai::ArgotOpenAiCore core({.httpClient = http, .retryConfig = patient});

  openai::ResponseInfo info;
  const auto res =
      openai::filesListFiles(core, {}, {.timeout = std::chrono::seconds(60), .response = &info});
  if (!res.ok()) {
    std::cerr << "gave up after " << res.error().attemptLog() << '\n';
    return 1;
  }
  std::cout << res->data.size() << " files, after " << info.attempts << " attempts\n";
  return 0;
}
