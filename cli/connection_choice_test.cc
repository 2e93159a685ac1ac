#include "cli/connection_choice.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

constexpr std::string_view url_of_file = "http://127.0.0.1:9/v1";

class ConnectionChoice : public ::testing::Test {
 protected:
  void write_credentials(const std::string& text) {
    std::ofstream(folder_ / "credentials") << text;
    permit(std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  void permit(std::filesystem::perms permissions) {
    std::filesystem::permissions(folder_ / "credentials", permissions);
  }

  testing::TempFolder folder_;
};

struct Row {
  const char* name;
  std::optional<std::string> server;
  std::optional<std::string> key;
  std::map<std::string, std::string> environment;
  bool has_credentials;
  const char* wanted_server;
  const char* wanted_server_from;
  const char* wanted_key;
  const char* wanted_key_from;
};

const char* const file = "credentials";

// "credentials" stands for the path of that file.
const Row rows[] = {
    {"nothing at all", {}, {}, {}, false, "http://127.0.0.1:8080/v1", "the default", "", ""},
    {"the credentials", {}, {}, {}, true, "http://127.0.0.1:9/v1", file, "of-file", file},
    {"a flag beats all",
     "http://flag/v1/",
     "of-flag",
     {{"ARGOTOPENAI_SERVER_URL", "http://ours/v1"}, {"ARGOTOPENAI_API_KEY_AUTH", "of-ours"}},
     true,
     "http://flag/v1",
     "--server",
     "of-flag",
     "--key"},
    {"our variables beat OpenAI's",
     {},
     {},
     {{"ARGOTOPENAI_SERVER_URL", "https://ours/v1"},
      {"OPENAI_BASE_URL", "https://theirs/v1"},
      {"ARGOTOPENAI_API_KEY_AUTH", "of-ours"},
      {"OPENAI_API_KEY", "of-theirs"}},
     true,
     "https://ours/v1",
     "ARGOTOPENAI_SERVER_URL",
     "of-ours",
     "ARGOTOPENAI_API_KEY_AUTH"},
    {"OpenAI's beat the credentials",
     {},
     {},
     {{"OPENAI_BASE_URL", "https://theirs/v1"}, {"OPENAI_API_KEY", "of-theirs"}},
     true,
     "https://theirs/v1",
     "OPENAI_BASE_URL",
     "of-theirs",
     "OPENAI_API_KEY"},
    {"an empty variable is none",
     {},
     {},
     {{"ARGOTOPENAI_SERVER_URL", ""},
      {"OPENAI_BASE_URL", ""},
      {"ARGOTOPENAI_API_KEY_AUTH", ""},
      {"OPENAI_API_KEY", ""}},
     true,
     "http://127.0.0.1:9/v1",
     file,
     "of-file",
     file},
    {"a key alone goes to the credentials' server",
     {},
     {},
     {{"OPENAI_API_KEY", "of-theirs"}},
     true,
     "http://127.0.0.1:9/v1",
     file,
     "of-theirs",
     "OPENAI_API_KEY"},
    {"the credentials' key goes to no other server",
     "http://127.0.0.1:10/v1",
     {},
     {},
     true,
     "http://127.0.0.1:10/v1",
     "--server",
     "",
     ""},
    {"nor to one of a variable",
     {},
     {},
     {{"OPENAI_BASE_URL", "https://api.openai.com/v1"}},
     true,
     "https://api.openai.com/v1",
     "OPENAI_BASE_URL",
     "",
     ""},
    {"but to its own, however that was named",
     "http://127.0.0.1:9/v1/",
     {},
     {},
     true,
     "http://127.0.0.1:9/v1",
     "--server",
     "of-file",
     file},
    {"a prefix of it is another",
     "http://127.0.0.1:9",
     {},
     {},
     true,
     "http://127.0.0.1:9",
     "--server",
     "",
     ""},
};

TEST_F(ConnectionChoice, FollowsTheTable) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::filesystem::remove(folder_ / "credentials");
    if (row.has_credentials) {
      write_credentials("ARGOTOPENAI_API_KEY_AUTH=of-file\nARGOTOPENAI_SERVER_URL=" +
                        std::string(url_of_file) + "\n");
    }
    const auto chosen = choose_connection({.server = row.server,
                                           .key = row.key,
                                           .data = folder_.path(),
                                           .environment = row.environment});
    ASSERT_TRUE(chosen) << chosen.error().detail;
    const auto from = [this](std::string_view name) {
      return name == file ? folder_ / "credentials" : std::string(name);
    };
    EXPECT_EQ(chosen->server_url, row.wanted_server);
    EXPECT_EQ(chosen->server_from, from(row.wanted_server_from));
    EXPECT_EQ(chosen->key, row.wanted_key);
    if (!chosen->key.empty()) {
      EXPECT_EQ(chosen->key_from, from(row.wanted_key_from));
    }
  }
}

TEST_F(ConnectionChoice, TheDataFolderIsAFlagOrAVariable) {
  write_credentials("ARGOTOPENAI_SERVER_URL=" + std::string(url_of_file) + "\n");
  const std::map<std::string, std::string> environment = {{"ARGOT_DATA", folder_.path()}};
  EXPECT_EQ(choose_connection({.environment = environment})->server_url, url_of_file);
  EXPECT_EQ(choose_connection({.environment = environment})->key, "");
  const testing::TempFolder other;
  EXPECT_EQ(choose_connection({.data = other.path(), .environment = environment})->server_from,
            "the default");
}

TEST_F(ConnectionChoice, CredentialsOfAnyFormDoNoHarm) {
  for (const char* const text :
       {"", "\n\n", "no equals", "ARGOTOPENAI_API_KEY_AUTH=alone", "=\n=", "OTHER=x\n"}) {
    write_credentials(text);
    const auto chosen = choose_connection({.data = folder_.path()});
    ASSERT_TRUE(chosen);
    EXPECT_EQ(chosen->server_from, "the default") << text;
    EXPECT_EQ(chosen->key, "") << text;
  }
}

TEST_F(ConnectionChoice, CredentialsThatEverybodyCouldHaveWrittenAreNotTrusted) {
  write_credentials("ARGOTOPENAI_SERVER_URL=http://elsewhere/v1\n");
  permit(std::filesystem::perms(0644));
  const auto chosen = choose_connection({.data = folder_.path()});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ErrorCode::cannot_start);
  EXPECT_NE(chosen.error().detail.find("other users have access to it"), std::string::npos);
  // Who names a server does not need them.
  EXPECT_EQ(choose_connection({.server = "http://flag/v1", .data = folder_.path()})->key, "");
  for (const int mode : {0640, 0620, 0610, 0604}) {
    permit(std::filesystem::perms(mode));
    EXPECT_FALSE(choose_connection({.data = folder_.path()})) << mode;
  }
  permit(std::filesystem::perms(0400));
  EXPECT_TRUE(choose_connection({.data = folder_.path()}));
}

// The folder is found where the command runs, so it may have come with an archive.
class CredentialsThatAreHere : public ConnectionChoice {
 protected:
  CredentialsThatAreHere() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder_.path());
    std::filesystem::create_directory("argot-data");
    std::filesystem::create_symlink("argot-data/credentials", "credentials");
  }
  ~CredentialsThatAreHere() override { std::filesystem::current_path(before_); }

  void write_server(const std::string& url) {
    write_credentials("ARGOTOPENAI_API_KEY_AUTH=of-file\nARGOTOPENAI_SERVER_URL=" + url + "\n");
  }

  const std::map<std::string, std::string> key_ = {{"OPENAI_API_KEY", "of-theirs"}};

 private:
  const std::filesystem::path before_;
};

TEST_F(CredentialsThatAreHere, NameAServerOnThisMachine) {
  for (const char* const url :
       {"http://127.0.0.1:8080/v1", "https://127.1.2.3/v1", "http://[::1]:9/v1", "http://[::1]",
        "http://localhost:8080/v1", "https://localhost/v1"}) {
    write_server(url);
    const auto chosen = choose_connection({.environment = key_});
    ASSERT_TRUE(chosen) << url << ": " << chosen.error().detail;
    EXPECT_EQ(chosen->server_url, url);
    EXPECT_EQ(chosen->key, "of-theirs");
    EXPECT_EQ(choose_connection({})->key, "of-file");
  }
}

TEST_F(CredentialsThatAreHere, SendNothingElsewhere) {
  const std::string nul(1, '\0');
  for (const std::string& url : std::vector<std::string>{
           "http://127.0.0.1" + nul + "@elsewhere.example", "http://192.0.2.1:8080/v1",
           "https://elsewhere.example/v1", "http://127.example.com/v1",
           "http://127.0.0.1.example.com/v1", "http://127.0.0.1@elsewhere.example/v1",
           "http://localhost:80@elsewhere.example/v1", "http://[::1]:80@elsewhere.example",
           "http://localhost.example/v1", "http://localhost\\@elsewhere.example", "http://127.1/v1",
           "http://[::2]/v1", "http://[::1].example", "http://127.0.0.1:80\\.example"}) {
    write_server(url);
    const auto chosen = choose_connection({.environment = key_});
    ASSERT_FALSE(chosen) << url;
    EXPECT_EQ(chosen.error().code, ErrorCode::cannot_start);
    EXPECT_NE(chosen.error().detail.find("\"argot-data/credentials\" (its server http"),
              std::string::npos)
        << chosen.error().detail;
    EXPECT_NE(chosen.error().detail.find("name the folder with --data, or a server with --server"),
              std::string::npos);
    // Who names the folder, or a server, has chosen.
    EXPECT_EQ(choose_connection({.data = "argot-data"})->server_url, url);
    EXPECT_EQ(choose_connection({.environment = {{"ARGOT_DATA", "argot-data"}}})->key, "of-file");
    EXPECT_EQ(choose_connection({.server = "http://flag/v1"})->key, "");
  }
}

TEST_F(ConnectionChoice, AnUnreadableFileIsNamed) {
  std::filesystem::create_directory(folder_ / "credentials");
  std::filesystem::permissions(folder_ / "credentials", std::filesystem::perms(0700));
  const auto chosen = choose_connection({.data = folder_.path()});
  ASSERT_FALSE(chosen);
  EXPECT_NE(chosen.error().detail.find("/credentials\""), std::string::npos);
}

TEST_F(ConnectionChoice, AServerIsAUrl) {
  for (const char* const server : {"", "/", "localhost:8080", "file:///etc/passwd", "ftp://x"}) {
    const auto chosen = choose_connection({.server = server, .data = folder_.path()});
    ASSERT_FALSE(chosen) << server;
    EXPECT_EQ(chosen.error().code, ErrorCode::invalid_request);
    EXPECT_TRUE(chosen.error().detail.starts_with("--server: ")) << chosen.error().detail;
  }
}

TEST(ConnectionEnvironment, IsFourVariables) {
  ASSERT_EQ(::setenv("OPENAI_BASE_URL", "http://x/v1", 1), 0);
  ASSERT_EQ(::setenv("OPENAI_ORG_ID", "org", 1), 0);
  const auto found = connection_environment();
  EXPECT_EQ(found.at("OPENAI_BASE_URL"), "http://x/v1");
  EXPECT_FALSE(found.contains("OPENAI_ORG_ID"));
  ::unsetenv("OPENAI_BASE_URL");
  EXPECT_FALSE(connection_environment().contains("OPENAI_BASE_URL"));
}

}  // namespace
}  // namespace argot::cli
