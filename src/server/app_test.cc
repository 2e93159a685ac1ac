#include "server/app.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include "api/api_key.h"
#include "catalog/sqlite_catalog.h"
#include "server/small_file.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::server {
namespace {

class RememberingLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    const std::scoped_lock lock(mutex_);
    std::string line(event);
    for (const LogField& field : fields) {
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        line += " " + std::string(*text);
      }
    }
    lines_.push_back(line);
  }

  bool has(const std::string& line) const {
    const std::scoped_lock lock(mutex_);
    return std::ranges::find(lines_, line) != lines_.end();
  }

  bool mentions(std::string_view text) const {
    const std::scoped_lock lock(mutex_);
    return std::ranges::any_of(
        lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class AppTest : public ::testing::Test {
 protected:
  AppTest() {
    settings_.data = data_;
    settings_.listen.port = 0;
    settings_.server_loops = 1;
    settings_.server_workers = 2;
  }

  Result<std::unique_ptr<App>> open() {
    return App::open(settings_, log_, [] {});
  }

  std::unique_ptr<App> start() {
    auto app = open();
    if (!app) {
      ADD_FAILURE() << app.error().detail;
      std::abort();
    }
    return *std::move(app);
  }

  // The one line of a start that fails.
  std::string problem() {
    const auto app = open();
    if (app) return "none";
    EXPECT_EQ(app.error().code, ErrorCode::cannot_start) << describe(app.error());
    EXPECT_EQ(app.error().detail.find('\n'), std::string::npos);
    return app.error().detail;
  }

  std::string credentials() const {
    return read_small_file(data_ + "/credentials", 1000).value_or("none");
  }

  std::vector<catalog::Key> keys() {
    SystemClock clock;
    const auto catalog = catalog::SqliteCatalog::open({.path = settings_.catalog_location().where,
                                                       .clock = clock,
                                                       .random = random_,
                                                       .log = log_,
                                                       .on_outcome_unknown = [](const Error&) {}});
    return *(*catalog)->keys();
  }

  std::string write_key_file(const std::string& text) {
    std::ofstream(folder_ / "key") << text << "\n";
    return folder_ / "key";
  }

  argot::testing::TempFolder folder_;
  argot::testing::SeededRandom random_;
  std::string data_ = folder_ / "data";
  RememberingLog log_;
  Settings settings_;
};

TEST_F(AppTest, FirstStartHandsOutAKeyOnce) {
  std::string first;
  {
    const auto app = start();
    ASSERT_TRUE(app->new_key());
    first = *app->new_key();
    EXPECT_EQ(credentials(), "ARGOTOPENAI_API_KEY_AUTH=" + first +
                                 "\nARGOTOPENAI_SERVER_URL=" + app->client_url() + "\n");
    EXPECT_EQ(app->client_url(), app->url() + "/v1");
    EXPECT_TRUE(app->url().starts_with("http://127.0.0.1:"));
  }
  const auto app = start();
  EXPECT_EQ(app->new_key(), std::nullopt);
  EXPECT_EQ(credentials(), "ARGOTOPENAI_API_KEY_AUTH=" + first +
                               "\nARGOTOPENAI_SERVER_URL=" + app->client_url() + "\n");
  ASSERT_EQ(keys().size(), 1U);
  EXPECT_EQ(keys().front().public_id, api::parse_key(first)->public_id);
  EXPECT_FALSE(log_.mentions(first.substr(20, 20)));
}

TEST_F(AppTest, TakesUpTheKeyOfAStartThatWasCutShort) {
  const std::string text = api::mint_key(random_).text;
  std::filesystem::create_directory(data_);
  ASSERT_TRUE(replace_file(data_ + "/credentials", "ARGOTOPENAI_API_KEY_AUTH=" + text + "\n"));
  EXPECT_EQ(start()->new_key(), text);
  EXPECT_EQ(start()->new_key(), std::nullopt);
}

TEST_F(AppTest, NamesAnAddressThatAClientCanUse) {
  settings_.listen.host = "0.0.0.0";
  const auto app = start();
  EXPECT_TRUE(app->url().starts_with("http://0.0.0.0:"));
  EXPECT_TRUE(app->client_url().starts_with("http://127.0.0.1:")) << app->client_url();
  EXPECT_NE(credentials().find(app->client_url()), std::string::npos);
}

TEST_F(AppTest, WithoutAuthenticationMakesNoKeyAndKeepsAnOldOne) {
  settings_.no_auth = true;
  {
    const auto app = start();
    EXPECT_EQ(app->new_key(), std::nullopt);
    EXPECT_EQ(credentials(), "ARGOTOPENAI_SERVER_URL=" + app->client_url() + "\n");
    EXPECT_TRUE(keys().empty());
  }
  settings_.no_auth = false;
  const std::string key = start()->new_key().value_or("none");
  settings_.no_auth = true;
  const auto app = start();
  EXPECT_TRUE(credentials().starts_with("ARGOTOPENAI_API_KEY_AUTH=" + key + "\n"));
}

TEST_F(AppTest, TakesItsFirstKeyFromAFile) {
  const std::string text = api::mint_key(random_).text;
  settings_.bootstrap_key_file = write_key_file(text);
  for (int starts = 0; starts < 2; ++starts) {
    EXPECT_EQ(start()->new_key(), std::nullopt);
    EXPECT_TRUE(credentials().starts_with("ARGOTOPENAI_API_KEY_AUTH=" + text + "\n"));
    EXPECT_EQ(keys().size(), 1U);
  }
  settings_.bootstrap_key_file = write_key_file(api::mint_key(random_).text);
  start();
  EXPECT_EQ(keys().size(), 2U);
}

TEST_F(AppTest, ChecksTheKeyFileBeforeItMakesAnything) {
  settings_.bootstrap_key_file = write_key_file("no key");
  EXPECT_TRUE(problem().starts_with("bootstrap_key_file: expected one key"));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(AppTest, RefusesAFolderThatIsInUse) {
  const auto app = start();
  EXPECT_TRUE(problem().starts_with("another server (process "));
}

TEST_F(AppTest, RefusesBlobsThatAnotherServerUses) {
  const auto app = start();
  settings_.blobs = data_;
  settings_.data = folder_ / "other";
  EXPECT_NE(problem().find("--blobs"), std::string::npos);
  settings_.blobs = std::nullopt;
  EXPECT_EQ(problem(), "none");
}

TEST_F(AppTest, KnowsItsDataFolderUnderAnotherName) {
  std::filesystem::create_directory(data_);
  std::filesystem::create_directory_symlink(data_, folder_ / "link");
  settings_.blobs = folder_ / "link";
  EXPECT_EQ(problem(), "none");
}

TEST_F(AppTest, RefusesAFolderOfANewerVersion) {
  start();
  std::ofstream(data_ + "/FORMAT") << "argot blobs 99\n";
  const std::string line = problem();
  EXPECT_NE(line.find("99"), std::string::npos) << line;
  EXPECT_NE(line.find("newer"), std::string::npos) << line;
}

TEST_F(AppTest, SaysThatItsAddressIsTaken) {
  const auto app = start();
  const std::string url = app->url();
  settings_.data = folder_ / "other";
  settings_.listen = *parse_listen_address(url.substr(url.rfind('/') + 1));
  EXPECT_NE(problem().find("--listen"), std::string::npos);
}

TEST_F(AppTest, ClearsAwayWhatWasHalfWritten) {
  start();
  std::ofstream(data_ + "/tmp/half") << "written";
  const auto app = start();
  EXPECT_TRUE(std::filesystem::is_empty(data_ + "/tmp"));
}

TEST_F(AppTest, WarnsOfVariablesThatAreNoSettings) {
  settings_.unknown_variables = {"ARGOT_LISTENN"};
  const auto app = start();
  EXPECT_TRUE(log_.has("unknown_variable ARGOT_LISTENN"));
}

TEST_F(AppTest, DrainsAndIsDone) {
  const auto app = start();
  app->drain(std::chrono::seconds(1));
}

// Collectors of metrics have such ones; to close as many takes a moment.
TEST_F(AppTest, IdleConnectionsToTheAdminListenerAreNoReasonToWarn) {
  const auto app = start();
  std::deque<argot::testing::SocketClient> collectors;
  for (int count = 0; count < 12; ++count) {
    auto& collector = collectors.emplace_back(app->admin_address());
    collector.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(collector.read_reply());
  }
  app->drain(std::chrono::seconds(60));
  for (auto& collector : collectors) EXPECT_TRUE(collector.is_closed());
  EXPECT_FALSE(log_.has("drain_timeout"));
}

}  // namespace
}  // namespace argot::server
