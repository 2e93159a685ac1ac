#include "blob/nameless_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "blob/io_error.h"

namespace argot::blob {

Result<UniqueFd> make_nameless_file(const std::string& folder) {
  std::string path = folder + "/argot-XXXXXX";
  UniqueFd file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) return fail(io_error("create", errno));
  if (::unlink(path.c_str()) != 0) return fail(io_error("unlink", errno));
  return file;
}

}  // namespace argot::blob
