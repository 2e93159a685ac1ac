// Large tables that are read at random: their memory is asked for in large pages, of which the
// processor remembers enough places.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#include "base/bytes.h"

namespace argot::tokens {

// As many zeroes as asked for, for ever.
template <class T>
class WideArray {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  explicit WideArray(std::size_t size) : size_(size) {
    const std::size_t bytes = (size * sizeof(T) + page_bytes - 1) / page_bytes * page_bytes;
    void* const memory = ::operator new(bytes, std::align_val_t{page_bytes});
    // Before the first touch, which decides; where the system does not want to, it is as it was.
    ::madvise(memory, bytes, MADV_HUGEPAGE);
    items_.reset(static_cast<T*>(memory));
    std::uninitialized_value_construct_n(items_.get(), size);
  }

  std::size_t size() const { return size_; }
  T* data() { return items_.get(); }
  const T* data() const { return items_.get(); }
  // Not checked: these are the innermost loops.
  T& operator[](std::size_t at) { return items_.get()[at]; }
  const T& operator[](std::size_t at) const { return items_.get()[at]; }

 private:
  static constexpr std::size_t page_bytes = 2_MiB;

  struct Free {
    void operator()(T* items) const { ::operator delete(items, std::align_val_t{page_bytes}); }
  };

  std::size_t size_;
  std::unique_ptr<T[], Free> items_;
};

}  // namespace argot::tokens
