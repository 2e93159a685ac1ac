// Runs a blocking operation as a task of the client's loop.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/types/future.hpp"
#include "detail/client.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// `operation` owns all that it uses and does not throw: it calls a standalone function.
template <class Operation>
Future<std::invoke_result_t<Operation&>> inBackground(const ArgotOpenAiCore& core,
                                                      Operation operation) {
  using Outcome = std::invoke_result_t<Operation&>;
  auto state = std::make_shared<FutureState<typename Outcome::value_type>>();
  const Result<void> spawned = total([&] {
    return core.client().spawn(
        [state, operation = std::make_shared<Operation>(std::move(operation))]() mutable {
          Outcome outcome = (*operation)();
          // What it holds may be waited for by whoever sees the outcome.
          operation.reset();
          state->set(std::move(outcome));
        });
  });
  if (!spawned.ok()) state->set(spawned.error());
  return Future<Outcome>(std::move(state));
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
