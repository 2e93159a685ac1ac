// An S3 server of a test's own: Ceph's, which rados_gateway.py starts. It takes seconds to start,
// so all tests of a process share one, each with a bucket of its own.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.h"
#include "tests/support/fakes.h"

namespace argot::testing {

// Not thread-safe.
class S3Server {
 public:
  // Why there cannot be one here, for a test to be skipped with; empty: there can.
  static std::string why_missing();
  static S3Server& shared();

  // Throws if it does not start.
  S3Server();
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;
  // Ends it at once.
  ~S3Server();

  // "http://127.0.0.1:PORT"
  const std::string& endpoint() const { return endpoint_; }
  const std::string& access_key() const { return access_key_; }
  const std::string& secret_key() const { return secret_key_; }

  // A name for a bucket that nobody has.
  std::string new_name() { return "bucket-" + std::to_string(++names_); }

 private:
  TempFolder folder_;
  pid_t process_ = -1;
  UniqueFd input_;
  std::string endpoint_;
  std::string access_key_;
  std::string secret_key_;
  int names_ = 0;
};

}  // namespace argot::testing
