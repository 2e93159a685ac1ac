// Work of which one process at a time is enough, where several serve from one catalogue:
// docs/adr/0016.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"

namespace argot::server {

// One thread uses it. The references must outlive it.
class Duty {
 public:
  // After a process that is gone, another one takes over once that long has passed.
  static constexpr std::chrono::seconds lease{60};

  // `name` is that of the work; `holder` is this process's, like no other one's.
  Duty(catalog::Catalog& catalog, const Clock& clock, std::string name, std::string holder)
      : catalog_(catalog), clock_(clock), name_(std::move(name)), holder_(std::move(holder)) {}

  Duty(const Duty&) = delete;
  Duty& operator=(const Duty&) = delete;
  ~Duty() = default;

  // Whether it is this process's for now. Asks the catalogue three times a lease. Errors: the
  // catalogue's, after which it is not.
  Result<bool> claim();

  // Lets another process have it at once, if it is this one's.
  void give_up();

 private:
  catalog::Catalog& catalog_;
  const Clock& clock_;
  const std::string name_;
  const std::string holder_;
  bool is_ours_ = false;
  SteadyTime ask_again_at_;
};

}  // namespace argot::server
