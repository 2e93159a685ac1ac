#include "blob/io_error.h"

#include <cerrno>
#include <system_error>

namespace argot::blob {

Error io_error(std::string_view step, int number) {
  const bool takes_no_more =
      number == ENOSPC || number == EDQUOT || number == EFBIG || number == EROFS;
  return Error{.code = takes_no_more ? ErrorCode::insufficient_storage : ErrorCode::internal,
               .detail = std::string(step) + ": " + errno_text(number)};
}

std::string errno_text(int number) { return std::generic_category().message(number); }

}  // namespace argot::blob
