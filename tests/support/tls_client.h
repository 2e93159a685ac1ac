// The client's end of TLS, as a test wants it: one connection, which says what it agreed on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

struct ssl_st;

namespace argot::testing {

struct TlsClientOptions {
  std::string authority;  // PEM of whom to trust; empty: anybody
  int oldest = 0;         // OpenSSL's numbers of protocols; 0: its defaults
  int newest = 0;
  std::string ciphers;    // of TLS 1.2; empty: its defaults
  std::string protocols;  // for ALPN, in the form of the wire
};

class TlsClient {
 public:
  // `address` is "127.0.0.1:PORT". is_open() says whether the handshake succeeded.
  TlsClient(const std::string& address, const TlsClientOptions& options);

  bool is_open() const { return is_open_; }
  std::string version() const;   // "TLSv1.3"
  std::string protocol() const;  // by ALPN; empty: none

  bool send(std::string_view bytes);
  // At least `bytes` bytes, or fewer where the server ends before.
  std::string read(std::size_t bytes);
  // Everything until the server ends; `is_clean` says whether it said so first.
  std::string read_all(bool& is_clean);

 private:
  struct Free {
    void operator()(ssl_st* session) const;
  };

  UniqueFd socket_;
  std::unique_ptr<ssl_st, Free> session_;
  bool is_open_ = false;
};

}  // namespace argot::testing
