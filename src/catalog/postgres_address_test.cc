#include "catalog/postgres_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresAddress, ItsNameHasNoSecrets) {
  const PostgresAddress address = value_of(PostgresAddress::parse(
      "postgres://me:s3cret%40x@db.example:6543/argot?sslpassword=alsosecret"));
  EXPECT_EQ(address.name(), "postgres://db.example:6543/argot");
}

TEST(PostgresAddress, OtherFormsAreRefusedAndNotRepeated) {
  const std::string wrong[] = {"",
                               "host=db password=s3cret",
                               "mysql://me:s3cret@db/argot",
                               "postgres://me:s3cret@db/argot?nonsense=s3cret",
                               "postgres://me:s3cret@[db/argot",
                               "postgres://me:s3cret%zz@db/argot"};
  for (const std::string& uri : wrong) {
    const Result<PostgresAddress> address = PostgresAddress::parse(uri);
    ASSERT_EQ(code_of(address), "cannot_start") << uri;
    EXPECT_THAT(address.error().detail, HasSubstr("postgres://USER:PASSWORD@HOST"));
    EXPECT_THAT(address.error().detail, Not(HasSubstr("s3cret")));
  }
}

TEST(PostgresAddress, TheLibraryGetsWhatWasWritten) {
  const PostgresAddress address =
      value_of(PostgresAddress::parse("postgresql://me:p%40ss@db/argot?connect_timeout=3"));
  std::string all;
  for (const auto& [name, value] : address.options()) all += name + "=" + value + " ";
  for (const char* const part :
       {"user=me ", "password=p@ss ", "host=db ", "dbname=argot ", "connect_timeout=3 "}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
}

TEST(PostgresAddress, WhatOthersSayIsOneLineWithoutThePassword) {
  const PostgresAddress address = value_of(PostgresAddress::parse("postgres://me:pw@db/argot"));
  EXPECT_EQ(address.clean("one\ntwo\n"), "one two");
  EXPECT_EQ(address.clean("FATAL: pw of pw is wrong"), "FATAL: *** of *** is wrong");
  for (const std::string& password : {std::string("*"), std::string("***"), std::string("a")}) {
    const PostgresAddress odd =
        value_of(PostgresAddress::parse("postgres://me:" + password + "@db/argot"));
    EXPECT_THAT(odd.clean("x" + password + "y"), HasSubstr("x***y")) << password;
  }
}

}  // namespace
}  // namespace argot::catalog
