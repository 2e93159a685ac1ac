// The bytes of a descriptor, such as standard input, as the content of an upload.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>

#include "argot_open_ai/types/stream.hpp"
#include "base/unique_fd.h"

namespace argot::cli {

// Read once, from where it stands, so an upload of it cannot be repeated. A stop ends a read that
// waits. Borrows the descriptor.
class DescriptorSource final : public openai::ByteSource {
 public:
  DescriptorSource(int descriptor, std::stop_token stop);

  // What goes wrong is thrown, as its interface has it: std::system_error.
  std::size_t read(std::span<std::byte> room) override;

 private:
  // Until there is something to read.
  void wait() const;

  int descriptor_;
  std::stop_token stop_;
  UniqueFd stopped_;  // readable once the stop came
  struct Wake {
    int descriptor;
    void operator()() const;
  };
  std::stop_callback<Wake> wake_;
};

}  // namespace argot::cli
