// A SQLite database of a test's own, for the tests that look at rows and at the plans of queries.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog_contract.h"
#include "catalog/schema.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

inline constexpr Sql explain("EXPLAIN QUERY PLAN ");

class RowsFixture : public ::testing::Test {
 protected:
  // One column of all rows.
  template <std::size_t size>
  std::vector<std::string> column(const Sql<size>& sql, int number = 0) {
    std::vector<std::string> texts;
    Statement rows = connection->use(sql);
    while (value_of(rows.step())) texts.emplace_back(rows.text(number));
    return texts;
  }

  // What SQLite would do for a query behind `explain`, a line for each step.
  template <std::size_t size>
  std::string plan(const Sql<size>& explained) {
    std::string text;
    for (const std::string& step : column(explained, 3)) text += step + "\n";
    return text;
  }

  testing::TempFolder folder;
  std::unique_ptr<Connection> connection = open_database({.path = folder / "catalog.db"}).value();
};

}  // namespace argot::catalog
