// Plays every transcript below this folder: in process, over a socket, and, if asked to with
// --url=http://127.0.0.1:PORT --key=KEY, against a server that runs already.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/server.h"
#include "tests/support/api_world.h"
#include "tests/wire/channel.h"
#include "tests/wire/player.h"
#include "tests/wire/transcript.h"

namespace argot::wire {
namespace {

const std::filesystem::path& folder() {
  static const std::filesystem::path path = ARGOT_WIRE_FOLDER;
  return path;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Paths of all transcripts, relative to the folder.
std::vector<std::string> transcripts() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder())) {
    if (entry.path().extension() == ".wire") {
      paths.push_back(std::filesystem::relative(entry.path(), folder()).string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::string test_name(const std::string& path) {
  std::string name = path.substr(0, path.rfind('.'));
  std::ranges::replace_if(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

class Wire : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto parsed = parse_transcript(read(folder() / GetParam()));
    ASSERT_TRUE(parsed.has_value()) << GetParam() << " " << parsed.error().detail;
    transcript_ = *std::move(parsed);
    auto settings = settings_of(transcript_);
    ASSERT_TRUE(settings.has_value()) << GetParam() << " " << settings.error().detail;
    settings_ = *std::move(settings);
  }

  void expect_no_problems(Player&& player) {
    for (const std::string& problem : player.play(transcript_)) {
      ADD_FAILURE() << "tests/wire/" << GetParam() << " " << problem;
    }
  }

  Transcript transcript_;
  WorldSettings settings_;
  unsigned seed_ = std::random_device{}();
};

TEST_P(Wire, InProcess) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  testing::ApiWorld world(settings_.world);
  InProcessChannel channel(world.api, world.clock, seed_);
  expect_no_problems(Player(channel, &world, world.key));
}

TEST_P(Wire, OverASocket) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  testing::ApiWorld world(settings_.world);
  // Its deadlines are real ones; what the replies say of time is the world's.
  const SystemClock clock;
  auto server = net::Server::open({.workers = 2, .head_timeout = settings_.head_timeout}, world.api,
                                  clock, world.log);
  ASSERT_TRUE(server.has_value());
  (*server)->run();
  {
    SocketChannel channel((*server)->address(), seed_);
    expect_no_problems(Player(channel, &world, world.key));
  }
  constexpr std::chrono::seconds patience{10};
  (*server)->drain(patience);
}

INSTANTIATE_TEST_SUITE_P(Transcripts, Wire, ::testing::ValuesIn(transcripts()),
                         [](const auto& made) { return test_name(made.param); });

// --- A server that runs already ------------------------------------------------------------------

struct ForeignServer {
  std::string address;
  std::string key;
};

std::optional<std::string> option(int count, char** arguments, std::string_view name) {
  for (int place = 1; place < count; ++place) {
    const std::string_view argument = arguments[place];
    if (argument.starts_with(name)) return std::string(argument.substr(name.size()));
  }
  return std::nullopt;
}

// Transcripts that set something up are only for servers of our own making.
bool is_for_foreign_servers(const Transcript& transcript) {
  return transcript.settings.empty() &&
         std::ranges::none_of(transcript.steps, [](const Step& step) {
           return std::holds_alternative<Action>(step.what);
         });
}

int play_against(const ForeignServer& server) {
  int failed = 0;
  for (const std::string& path : transcripts()) {
    const auto transcript = parse_transcript(read(folder() / path));
    if (!transcript || !is_for_foreign_servers(*transcript)) {
      std::cout << "skipped " << path << '\n';
      continue;
    }
    SocketChannel channel(server.address, std::random_device{}());
    const auto problems = Player(channel, nullptr, server.key).play(*transcript);
    std::cout << (problems.empty() ? "same    " : "differs ") << path << '\n';
    for (const std::string& problem : problems) std::cout << "        " << problem << '\n';
    failed += problems.empty() ? 0 : 1;
  }
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace argot::wire

int main(int count, char** arguments) {
  ::testing::InitGoogleTest(&count, arguments);
  const auto url = argot::wire::option(count, arguments, "--url=http://");
  if (!url) return RUN_ALL_TESTS();
  const auto key = argot::wire::option(count, arguments, "--key=");
  return argot::wire::play_against({.address = *url, .key = key.value_or("")});
}
