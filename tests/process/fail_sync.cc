// Loaded into the program with LD_PRELOAD: from the moment that the file named by FAIL_SYNC_WHEN
// exists, syncing the file named by FAIL_SYNC_OF fails as it does on a broken disk.

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace {

bool must_fail(int descriptor) {
  const char* const when = std::getenv("FAIL_SYNC_WHEN");
  const char* const of = std::getenv("FAIL_SYNC_OF");
  struct stat wanted{};
  struct stat given{};
  return when != nullptr && of != nullptr && ::access(when, F_OK) == 0 &&
         ::stat(of, &wanted) == 0 && ::fstat(descriptor, &given) == 0 &&
         wanted.st_dev == given.st_dev && wanted.st_ino == given.st_ino;
}

int sync_or_fail(const char* name, int descriptor) {
  if (must_fail(descriptor)) {
    errno = EIO;
    return -1;
  }
  return reinterpret_cast<int (*)(int)>(::dlsym(RTLD_NEXT, name))(descriptor);
}

}  // namespace

extern "C" {

int fsync(int descriptor) { return sync_or_fail("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_or_fail("fdatasync", descriptor); }
}
