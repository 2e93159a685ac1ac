// What pools lend.
#pragma once

#include <memory>
#include <utility>

namespace argot {

// A thing of a pool's, lent to one thread. It goes back with the Lease, which must not outlive the
// pool: by Pool::put_back(std::unique_ptr<Lent>), which needs to know this class only.
template <typename Pool, typename Lent>
class Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Lent> lent) : pool_(&pool), lent_(std::move(lent)) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (lent_) pool_->put_back(std::move(lent_));
  }

  Lent& operator*() const { return *lent_; }
  Lent* operator->() const { return lent_.get(); }

 private:
  Pool* pool_;
  std::unique_ptr<Lent> lent_;
};

}  // namespace argot
