#include "argot_open_ai/types/future.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "detail/error_maker.hpp"

namespace argot::openai {
inline namespace v0 {
namespace {

using detail::FutureState;
using ::testing::HasSubstr;
using State = FutureState<std::string>;
using Text = Future<Result<std::string>>;

TEST(Future, GivesWhatIsThere) {
  const auto state = std::make_shared<State>();
  Text future(state);
  EXPECT_FALSE(future.ready());
  state->set(std::string("a"));
  EXPECT_TRUE(future.ready());
  EXPECT_EQ(*std::move(future).get(), "a");
}

TEST(Future, GetWaits) {
  const auto state = std::make_shared<State>();
  const std::jthread setter([state] { state->set(std::string("a")); });
  EXPECT_EQ(*Text(state).get(), "a");
}

TEST(Future, GivesErrorsAsAResultOrByThrowing) {
  const auto state = std::make_shared<State>();
  state->set(detail::ErrorMaker::invalidRequest("no"));
  const Result<std::string> result = Text(state).get();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().as<InvalidRequestError>(), nullptr);

  const auto other = std::make_shared<State>();
  other->set(detail::ErrorMaker::invalidRequest("no"));
  EXPECT_THROW(Future<std::string>(Text(other)).get(), InvalidRequestError);
  const auto third = std::make_shared<State>();
  third->set(std::string("a"));
  EXPECT_EQ(Future<std::string>(Text(third)).get(), "a");
}

TEST(Future, ContinuesWhereTheOutcomeIsSet) {
  const auto state = std::make_shared<State>();
  std::thread::id where;
  std::string what;
  Text(state).then([&](Result<std::string> result) {
    where = std::this_thread::get_id();
    what = *std::move(result);
  });
  EXPECT_EQ(what, "");
  std::thread setter([&] { state->set(std::string("a")); });
  const std::thread::id id = setter.get_id();
  setter.join();
  EXPECT_EQ(where, id);
  EXPECT_EQ(what, "a");
}

TEST(Future, ContinuesAtOnceWhereItIsThereAlready) {
  const auto state = std::make_shared<State>();
  state->set(std::string("a"));
  std::string what;
  Text(state).then([&](Result<std::string> result) { what = *std::move(result); });
  EXPECT_EQ(what, "a");
}

// Work that somebody else runs later, as an event loop would.
struct Posted {
  Executor executor() {
    return [this](std::function<void()> work) { all.push_back(std::move(work)); };
  }
  std::vector<std::function<void()>> all;
};

TEST(Future, ContinuesThroughAnExecutor) {
  for (const bool isThere : {false, true}) {
    const auto state = std::make_shared<State>();
    Posted posted;
    std::string what;
    if (isThere) state->set(std::string("a"));
    Text(state).via(posted.executor()).then([&](Result<std::string> result) {
      what = *std::move(result);
    });
    if (!isThere) state->set(std::string("a"));
    EXPECT_EQ(what, "");
    ASSERT_EQ(posted.all.size(), 1U);
    posted.all.front()();
    EXPECT_EQ(what, "a");
  }
}

TEST(Future, LettingGoOfItIsNoHarm) {
  const auto state = std::make_shared<State>();
  {
    const Text future(state);
  }
  state->set(std::string("a"));
}

// --- Coroutines.

Text greeted(Text name) {
  Result<std::string> result = co_await std::move(name);
  if (!result.ok()) co_return result.error();
  co_return "hello " + *result;
}

Future<std::string> shouted(Future<std::string> name) {
  std::string text = co_await std::move(name);
  if (text == "bug") throw std::runtime_error("a bug");
  co_return text + "!";
}

TEST(FutureCoroutine, GoesOnWithTheOutcome) {
  for (const bool isThere : {false, true}) {
    const auto state = std::make_shared<State>();
    if (isThere) state->set(std::string("a"));
    Text future = greeted(Text(state));
    EXPECT_EQ(future.ready(), isThere);
    if (!isThere) state->set(std::string("a"));
    EXPECT_EQ(*std::move(future).get(), "hello a");
  }
}

TEST(FutureCoroutine, PassesErrorsOn) {
  const auto state = std::make_shared<State>();
  Text future = greeted(Text(state));
  state->set(detail::ErrorMaker::aborted({.text = "the signal"}));
  const Result<std::string> result = std::move(future).get();
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().as<RequestAbortedError>(), nullptr);
}

TEST(FutureCoroutine, MayThrowEachOfTheSeven) {
  const std::vector<Error> errors{
      detail::ErrorMaker::sdkError("API error occurred", {.status = 404}, {}),
      detail::ErrorMaker::validation("Response validation failed", "{}", {}),
      detail::ErrorMaker::unexpected("Unexpected", {}),
      detail::ErrorMaker::invalidRequest("no"),
      detail::ErrorMaker::aborted({}),
      detail::ErrorMaker::timedOut({}),
      detail::ErrorMaker::connection({}),
  };
  for (const Error& error : errors) {
    const auto state = std::make_shared<State>();
    Future<std::string> future = shouted(Future<std::string>(Text(state)));
    state->set(error);
    try {
      std::move(future).get();
      ADD_FAILURE() << error.name();
    } catch (const ArgotError& thrown) {
      EXPECT_STREQ(thrown.what(), error.what());
    }
  }
}

TEST(FutureCoroutine, WhatElseItThrowsIsUnexpected) {
  const auto state = std::make_shared<State>();
  Future<std::string> future = shouted(Future<std::string>(Text(state)));
  state->set(std::string("bug"));
  try {
    std::move(future).get();
    ADD_FAILURE();
  } catch (const UnexpectedClientError& error) {
    EXPECT_THAT(error.what(), HasSubstr("a bug"));
    EXPECT_THROW(std::rethrow_exception(error.cause().thrown), std::runtime_error);
  }
}

Text greetedVia(Text name, Executor executor) {
  Result<std::string> result = co_await std::move(name).via(std::move(executor));
  co_return "hello " + *result;
}

TEST(FutureCoroutine, ResumesThroughAnExecutor) {
  for (const bool isThere : {false, true}) {
    const auto state = std::make_shared<State>();
    Posted posted;
    if (isThere) state->set(std::string("a"));
    Text future = greetedVia(Text(state), posted.executor());
    if (!isThere) state->set(std::string("a"));
    EXPECT_FALSE(future.ready());
    ASSERT_EQ(posted.all.size(), 1U);
    posted.all.front()();
    EXPECT_EQ(*std::move(future).get(), "hello a");
  }
}

TEST(FutureCoroutine, MeetsAnOutcomeThatComesMeanwhile) {
  for (int round = 0; round < 200; ++round) {
    const auto state = std::make_shared<State>();
    const std::jthread setter([state] { state->set(std::string("a")); });
    EXPECT_EQ(*greeted(Text(state)).get(), "hello a");
  }
}

}  // namespace
}  // namespace v0
}  // namespace argot::openai
