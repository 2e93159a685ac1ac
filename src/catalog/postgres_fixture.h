// What the tests of the catalogue on PostgreSQL have in common; they are skipped where there is no
// PostgreSQL.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/log.h"
#include "catalog/catalog_contract.h"
#include "catalog/postgres_address.h"
#include "catalog/postgres_catalog.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_schema.h"
#include "tests/support/fakes.h"
#include "tests/support/postgres_server.h"

namespace argot::catalog {

// On the server that all tests of the process share, in a schema of the test's own.
class PostgresTest : public ::testing::Test {
 protected:
  PostgresTest() : trace_(__FILE__, __LINE__, random.seed_text()) {}

  void SetUp() override {
    const std::string why_missing = testing::PostgresServer::why_missing();
    if (!why_missing.empty()) GTEST_SKIP() << why_missing;
    uri = testing::PostgresServer::shared().new_address();
  }

  PostgresAddress address() const { return value_of(PostgresAddress::parse(uri)); }

  std::unique_ptr<PostgresConnection> connect(const PostgresTimeouts& timeouts = {}) const {
    return value_of(PostgresConnection::open(address(), timeouts));
  }

  // With the tables made.
  std::unique_ptr<PostgresConnection> connect_prepared() const {
    EXPECT_TRUE(prepare_postgres(address(), {}));
    return connect();
  }

  PostgresOptions options() {
    return {.address = uri, .clock = clock, .random = random, .log = log};
  }
  std::unique_ptr<PostgresCatalog> open() { return value_of(PostgresCatalog::open(options())); }

  // The files of an organisation, and what it is said to use.
  static void expect_exact_usage(Catalog& catalog, const Project& project, WallTime now) {
    Usage sum;
    const FileQuery all{
        .scope = {.organization_id = project.organization_id}, .limit = 1'000'000, .now = now};
    for (const ListedFile& file : value_of(catalog.list_files(all)).files) {
      sum.bytes += file.bytes;
      ++sum.files;
    }
    EXPECT_EQ(value_of(catalog.organization_usage(project.organization_id)), sum);
    EXPECT_EQ(value_of(catalog.project_usage(project.id)), sum);
  }

  std::string uri;
  testing::FakeClock clock;
  testing::SeededRandom random;
  SilentLog log;

 private:
  ::testing::ScopedTrace trace_;
};

}  // namespace argot::catalog
