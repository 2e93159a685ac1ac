// A blocking HTTP client on libcurl. Start at Client::perform().
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "fetch/message.h"

namespace argot::fetch {

class Response;

// automatic: HTTP/2 over TLS where the server offers it, else HTTP/1.1.
enum class HttpVersion { automatic, http_1_1 };

class HandlePool;

struct ClientOptions {
  // A proxy's URL; "" for none. Unset, and only then, the environment names one as for curl
  // (https_proxy, http_proxy, all_proxy). Likewise no_proxy, the hosts to reach without it.
  std::optional<std::string> proxy;
  std::optional<std::string> no_proxy;
  std::string proxy_user;
  std::string proxy_password;

  // What servers' certificates are checked against, instead of the system's authorities.
  std::string ca_file;
  std::string ca_path;
  // PEM files.
  std::string client_certificate;
  std::string client_key;
  std::string client_key_password;

  HttpVersion http_version = HttpVersion::automatic;
  // Ask before sending a large body; costs 1 s where the server does not know the question.
  bool expect_100 = false;

  // Idle connections live in idle handles; each call in progress has a handle of its own.
  std::size_t idle_handles_max = 16;
  std::size_t upload_buffer_bytes = 128_KiB;   // of each handle; curl takes 16 KiB to 2 MiB
  std::size_t receive_buffer_bytes = 128_KiB;  // of each handle; curl takes 1 KiB to 10 MiB
};

// Thread-safe: each call runs on its caller's thread, and no lock is held during a transfer. It
// uses no signals.
class Client {
 public:
  // `clock` must outlive the client, and tell the system's time unless no call has a limit.
  Client(ClientOptions options, const Clock& clock);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // Closes the idle connections. No call may be in progress.
  ~Client();

  // Sends the request and delivers the response, of whatever status. Returns when the response has
  // been delivered in full, or has failed; an error status is not a failure. Nothing is retried,
  // except on a new connection where a kept one turns out to be dead: for methods that are
  // idempotent, for requests with an Idempotency-Key, and while nothing of a body was read.
  // Does not throw, but for bad_alloc.
  std::expected<Transfer, Failure> perform(const Request& request, Receiver& receiver,
                                           const CallLimits& limits = {});

  // The same, but returns with the head, and the caller pulls the body. The client must outlive the
  // response; the limits hold until its end.
  std::expected<std::unique_ptr<Response>, Failure> open(Request request, CallLimits limits = {});

 private:
  ClientOptions options_;
  const Clock& clock_;
  std::unique_ptr<HandlePool> handles_;
};

}  // namespace argot::fetch
