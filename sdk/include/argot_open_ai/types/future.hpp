// What an asynchronous call gives back at once: a Future, to wait for, to continue from, to
// co_await.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/types/result.hpp"

namespace argot::openai {
inline namespace v0 {

/// Runs what it is given some time, on a thread of its choice: posts it to an event loop, say.
using Executor = std::function<void(std::function<void()> work)>;

namespace detail {

/// Whether this is a thread that completes asynchronous calls: one that waited for such a call
/// would wait for itself.
ARGOT_OPEN_AI_API bool onLoopThread() noexcept;
/// The error of a get() on such a thread.
ARGOT_OPEN_AI_API Error waitsForItself();
/// The exception that is being handled, as an Error: one of the seven as it is, any other as
/// UnexpectedClientError.
ARGOT_OPEN_AI_API Error currentError() noexcept;

/// Shared by the one who sets the outcome and the one who takes it. Thread-safe.
template <class T>
class FutureState {
 public:
  /// Once.
  void set(Result<T> outcome) {
    std::function<void()> continuation;
    {
      const std::scoped_lock lock(mutex_);
      outcome_.emplace(std::move(outcome));
      continuation = std::move(continuation_);
    }
    isReady_.notify_all();
    if (continuation) continuation();
  }

  bool ready() const {
    const std::scoped_lock lock(mutex_);
    return outcome_.has_value();
  }

  /// Once; blocks until there is one.
  Result<T> take() {
    std::unique_lock lock(mutex_);
    if (!outcome_ && onLoopThread()) return waitsForItself();
    isReady_.wait(lock, [this] { return outcome_.has_value(); });
    return *std::exchange(outcome_, std::nullopt);
  }

  /// Calls `continuation` when the outcome is there; false, and it is not called, where it is there
  /// already.
  bool whenReady(std::function<void()> continuation) {
    const std::scoped_lock lock(mutex_);
    if (outcome_) return false;
    continuation_ = std::move(continuation);
    return true;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable isReady_;
  std::optional<Result<T>> outcome_;
  std::function<void()> continuation_;
};

/// How a Future hands over what came: of a Result as it is, of any other type by throwing.
template <class T>
struct FutureTraits {
  using Value = T;
  using Outcome = Result<T>;
  static T given(Outcome outcome) { return std::move(outcome).unwrap(); }
};
template <class T>
struct FutureTraits<Result<T>> {
  using Value = T;
  using Outcome = Result<T>;
  static Outcome given(Outcome outcome) { return outcome; }
};

}  // namespace detail

/// The outcome of a call that runs in the background. A Future<Result<T>> gives a Result, a
/// Future<T> throws instead. Letting go of it does not end the call: its signal does. One thread at
/// a time.
template <class T>
class [[nodiscard]] Future {
  using Traits = detail::FutureTraits<T>;
  using State = detail::FutureState<typename Traits::Value>;

 public:
  using Outcome = typename Traits::Outcome;

  /// For the sources of this library.
  explicit Future(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// The same outcome, given as a Result or by throwing.
  template <class U>
    requires std::is_same_v<typename detail::FutureTraits<U>::Value, typename Traits::Value>
  explicit Future(Future<U>&& other)
      : state_(std::move(other.state_)), executor_(std::move(other.executor_)) {}

  bool ready() const { return state_->ready(); }

  /// Blocks until the outcome is there. Not where continuations run unless ready(): there it would
  /// wait for itself, and is an UnexpectedClientError.
  T get() && { return Traits::given(state_->take()); }

  /// Where continuations run: unset, on the background thread, which they must not block; or here
  /// and now, for a call that has ended already.
  Future via(Executor executor) && {
    executor_ = std::move(executor);
    return std::move(*this);
  }

  /// Calls `continuation` with the Result, once. It must not throw.
  void then(std::function<void(Outcome)> continuation) && {
    auto run = [state = state_, continuation = std::move(continuation)] {
      continuation(state->take());
    };
    auto scheduled = [executor = std::move(executor_), run] {
      if (executor) {
        executor(run);
      } else {
        run();
      }
    };
    if (!state_->whenReady(scheduled)) scheduled();
  }

  /// Resumes as then() continues.
  auto operator co_await() && { return Awaiter{std::move(*this)}; }

  /// Lets a coroutine return a Future. It begins at once, on its caller's thread.
  class promise_type;

 private:
  struct Awaiter {
    Future future;

    bool await_ready() const { return !future.executor_ && future.ready(); }
    bool await_suspend(std::coroutine_handle<> waiting) {
      // Once it is stored, the coroutine may go on elsewhere, and this awaiter with it.
      const std::shared_ptr<State> state = future.state_;
      if (!future.executor_) return state->whenReady([waiting] { waiting.resume(); });
      auto scheduled = [executor = future.executor_, waiting] {
        executor([waiting] { waiting.resume(); });
      };
      if (!state->whenReady(scheduled)) scheduled();
      return true;
    }
    T await_resume() { return Traits::given(future.state_->take()); }
  };

  template <class U>
  friend class Future;

  std::shared_ptr<State> state_;
  Executor executor_;
};

template <class T>
class Future<T>::promise_type {
 public:
  Future get_return_object() { return Future(state_); }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_never final_suspend() const noexcept { return {}; }
  void return_value(Outcome outcome) { state_->set(std::move(outcome)); }
  void unhandled_exception() { state_->set(detail::currentError()); }

 private:
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace v0
}  // namespace argot::openai
