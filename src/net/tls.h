// TLS for a server's connections: the certificate that it shows, and one session on a socket that
// does not block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "net/socket_step.h"

struct ssl_ctx_st;  // OpenSSL's own names
struct ssl_st;

namespace argot::net {

// Not thread-safe. The descriptor must outlive it, and must not block.
class TlsSession {
 public:
  explicit TlsSession(ssl_st* session) : session_(session) {}

  // Returns one byte where the handshake is done.
  SocketStep handshake();
  SocketStep read(MutableBytes room);
  // Some of `bytes`, of which there must be some. What is left must be given again after a wait.
  SocketStep write(std::string_view bytes);
  // Tells the client that nothing more comes, if it can be told at once.
  void close_notify();

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };

  SocketStep outcome(int result, std::size_t bytes);

  std::unique_ptr<ssl_st, Free> session_;
};

// Files in PEM: the certificate with those that lead to its authority behind it, and its key.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

// TLS 1.2 and 1.3, with forward secrecy and authenticated ciphers alone. Thread-safe.
class TlsIdentity {
 public:
  // Error: cannot_start, with one line that says which file is wrong, and how.
  static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files);

  // Reads the files again. Sessions that began before keep what they have; after an error so do all
  // that begin.
  Result<> reload();

  TlsSession begin(int descriptor) const;

 private:
  explicit TlsIdentity(TlsFiles files) : files_(std::move(files)) {}

  const TlsFiles files_;
  mutable std::mutex mutex_;
  // owners: this, and begin() while it runs. Guarded by mutex_.
  std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace argot::net
