#include "argot_open_ai/types/future.hpp"

#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "fetch/loop.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

bool onLoopThread() noexcept { return fetch::LoopTask::current() != nullptr; }

Error waitsForItself() {
  return ErrorMaker::unexpected(
      unexpectedMessage,
      {.text = "get() on the background thread, which would have to end the call"});
}

Error currentError() noexcept {
  try {
    throw;
  } catch (const SDKError& error) {
    return ErrorVariant(error);
  } catch (const SDKValidationError& error) {
    return ErrorVariant(error);
  } catch (const UnexpectedClientError& error) {
    return ErrorVariant(error);
  } catch (const InvalidRequestError& error) {
    return ErrorVariant(error);
  } catch (const RequestAbortedError& error) {
    return ErrorVariant(error);
  } catch (const RequestTimeoutError& error) {
    return ErrorVariant(error);
  } catch (const ConnectionError& error) {
    return ErrorVariant(error);
  } catch (...) {
    return caught();
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
