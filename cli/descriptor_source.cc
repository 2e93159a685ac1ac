#include "cli/descriptor_source.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace argot::cli {
namespace {

// ByteSource has no other way to say it.
[[noreturn]] void fail_with(int code) {
  std::rethrow_exception(std::make_exception_ptr(
      std::system_error(code, std::generic_category(), "cannot read the input")));
}

}  // namespace

DescriptorSource::DescriptorSource(int descriptor, std::stop_token stop)
    : descriptor_(descriptor),
      stop_(std::move(stop)),
      stopped_(::eventfd(0, EFD_CLOEXEC)),
      wake_(stop_, Wake{.descriptor = stopped_.get()}) {}

void DescriptorSource::Wake::operator()() const { ::eventfd_write(descriptor, 1); }

std::size_t DescriptorSource::read(std::span<std::byte> room) {
  for (;;) {
    wait();
    const ssize_t count = ::read(descriptor_, room.data(), room.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) fail_with(errno);
  }
}

void DescriptorSource::wait() const {
  std::array<pollfd, 2> watched = {pollfd{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                   pollfd{.fd = stopped_.get(), .events = POLLIN, .revents = 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
    if (errno != EINTR) fail_with(errno);
  }
  // Never an end of the content: half of it would be stored as the whole.
  if (stop_.stop_requested()) fail_with(ECANCELED);
}

}  // namespace argot::cli
