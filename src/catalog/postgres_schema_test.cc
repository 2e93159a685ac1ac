#include "catalog/postgres_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;

constexpr Sql version("SELECT version FROM argot_catalogue");

class PostgresSchema : public PostgresTest {
 protected:
  std::string refusal() const {
    const Result<> prepared = prepare_postgres(address(), {});
    EXPECT_EQ(code_of(prepared), "cannot_start");
    return prepared ? "" : prepared.error().detail;
  }
};

TEST_F(PostgresSchema, TablesAreMadeOnceAndKept) {
  ASSERT_TRUE(prepare_postgres(address(), {}));
  const auto connection = connect();
  ASSERT_TRUE(connection->run_script(
      "INSERT INTO organizations (id, name, created_ms) VALUES ('org-1', 'Acme', 0)"));
  ASSERT_TRUE(prepare_postgres(address(), {}));
  EXPECT_EQ(value_of(connection->run(version))[0].integer(0),
            static_cast<std::int64_t>(postgres_migrations().size()));
  EXPECT_EQ(value_of(connection->run(Sql("SELECT count(*) FROM organizations")))[0].integer(0), 1);
}

TEST_F(PostgresSchema, ManyThatStartAtOnceMigrateOnce) {
  // A script that cannot be applied twice, and notes each time that it is.
  const std::string first(postgres_migrations()[0]);
  const std::string second =
      "CREATE TABLE once (n bigint); INSERT INTO audit (at_ms, action,"
      " organization_id, subject, details) VALUES (0, 'x', '', '', '')";
  const char* const scripts[] = {first.c_str(), second.c_str()};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 6; ++thread) {
    threads.emplace_back([&] {
      const auto connection = connect();
      const Result<> migrated = migrate_postgres(*connection, scripts, address());
      EXPECT_TRUE(migrated) << describe(migrated.error());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto connection = connect();
  EXPECT_EQ(value_of(connection->run(version))[0].integer(0), 2);
  EXPECT_EQ(value_of(connection->run(Sql("SELECT count(*) FROM audit")))[0].integer(0), 1);
}

TEST_F(PostgresSchema, FourProcessesMayStartAtOnce) {
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    children.push_back(::fork());
    ASSERT_GE(children.back(), 0);
    if (children.back() == 0) ::_exit(prepare_postgres(address(), {}) ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(value_of(connect()->run(version))[0].integer(0),
            static_cast<std::int64_t>(postgres_migrations().size()));
}

TEST_F(PostgresSchema, AScriptThatFailsLeavesNothing) {
  const std::string first(postgres_migrations()[0]);
  const char* const scripts[] = {first.c_str(), "CREATE TABLE half (n bigint); SELECT 1 / 0"};
  const auto connection = connect();
  const Result<> migrated = migrate_postgres(*connection, scripts, address());
  EXPECT_EQ(code_of(migrated), "cannot_start");
  EXPECT_THAT(migrated.error().detail, HasSubstr("division by zero"));
  static constexpr Sql tables("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()");
  EXPECT_EQ(value_of(connection->run(tables))[0].integer(0), 0);
  EXPECT_TRUE(prepare_postgres(address(), {}));
}

TEST_F(PostgresSchema, ANewerVersionIsRefused) {
  ASSERT_TRUE(prepare_postgres(address(), {}));
  ASSERT_TRUE(connect()->run_script("UPDATE argot_catalogue SET version = 99"));
  EXPECT_THAT(refusal(), HasSubstr("has version 99, and this program knows versions up to 4"));
  EXPECT_EQ(value_of(connect()->run(version))[0].integer(0), 99);
}

TEST_F(PostgresSchema, TheTablesOfAnotherProgramAreRefusedAndNotTouched) {
  ASSERT_TRUE(connect()->run_script("CREATE TABLE customers (id bigint)"));
  EXPECT_THAT(refusal(), HasSubstr("is the database of another program"));
  ASSERT_TRUE(
      connect()->run_script("CREATE TABLE argot_catalogue AS"
                            " SELECT 7::bigint AS application_id, 1::bigint AS version"));
  EXPECT_THAT(refusal(), HasSubstr("is the database of another program"));
}

TEST_F(PostgresSchema, ASchemaThatIsMissingIsNamed) {
  uri = testing::PostgresServer::shared().address("postgres", "nobody_made_it");
  EXPECT_THAT(refusal(), HasSubstr("create the schema"));
}

TEST_F(PostgresSchema, ADatabaseThatIsMissingIsNamed) {
  uri = testing::PostgresServer::shared().address("nobody_made_it");
  EXPECT_THAT(refusal(), HasSubstr("\"nobody_made_it\" does not exist"));
}

TEST_F(PostgresSchema, AServerThatLosesWhatItAcknowledgedIsRefused) {
  testing::PostgresServer server;
  uri = server.address();
  for (const char* const name : {"fsync", "full_page_writes", "synchronous_commit"}) {
    server.stop();
    server.start({std::string(name) + "=off"});
    EXPECT_THAT(refusal(), HasSubstr("set " + std::string(name) + " = on"));
  }
  server.stop();
  server.start({"default_transaction_read_only=on"});
  EXPECT_THAT(refusal(), HasSubstr("only takes reads"));
  server.stop();
  EXPECT_THAT(refusal(), HasSubstr("cannot be reached"));
  server.start();
  EXPECT_TRUE(prepare_postgres(address(), {}));
}

TEST_F(PostgresSchema, AConnectionKeepsToWhatItWasFoundFitFor) {
  testing::PostgresServer server;
  uri = server.address();
  const auto connection = value_of(open_postgres(address(), {}));
  server.sql("ALTER SYSTEM SET synchronous_commit = off");
  server.sql("SELECT pg_reload_conf()");
  // A new connection sees the setting once the server has read it.
  while (connect()
             ->run_script("DO $$ BEGIN ASSERT current_setting('synchronous_commit') = 'off';"
                          " END $$")
             .has_value() == false) {
  }
  const PostgresRows kept = value_of(connection->run(Sql("SHOW synchronous_commit")));
  EXPECT_EQ(kept[0].text(0), "on");
  EXPECT_EQ(code_of(open_postgres(address(), {})), "cannot_start");
}

}  // namespace
}  // namespace argot::catalog
