#include "blob/io_error.h"

#include <cerrno>
#include <system_error>

namespace argot::blob {
namespace {

ErrorCode code_of(int number) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EROFS:
      return ErrorCode::insufficient_storage;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return ErrorCode::overloaded;
    default:
      return ErrorCode::internal;
  }
}

}  // namespace

Error io_error(std::string_view step, int number) {
  return Error{.code = code_of(number), .detail = std::string(step) + ": " + errno_text(number)};
}

std::string errno_text(int number) { return std::generic_category().message(number); }

}  // namespace argot::blob
