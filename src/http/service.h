// The seam between connections and what is served: net/ drives a Service over sockets, the wire
// tests drive the same Service in process.
#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/error.h"
#include "http/message.h"

namespace argot::http {

// After a chunk: send more of the body, or stop, because the answer no longer depends on it.
enum class Flow { more, stop };

// One request whose answer may block or needs its body. Calls match:
//
//   write* ( finish | destroy )
//
// write() takes the decoded body in any cutting; after Flow::stop only finish() follows. A body
// that breaks off ends in destruction, which leaves no trace. Calls come from worker threads, one
// at a time.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  virtual Flow write(Bytes chunk) = 0;
  virtual Response finish() = 0;
};

// What begin() decides from the head alone: the answer itself, or an exchange to go through.
using Begun = std::variant<Response, std::unique_ptr<Exchange>>;

// Thread-safe.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  // Authenticates, routes, and answers what needs no body. Called on the event loop, where it must
  // not wait, unless begin_waits(). `request` is borrowed until the call returns.
  virtual Begun begin(const Request& request) = 0;

  // Whether begin() may wait for something with that request: then a worker calls it. Costs next to
  // nothing.
  virtual bool begin_waits(const Request& /*request*/) const { return false; }

  // The reply to a request that never became one (bad framing, a timeout, too many connections), or
  // whose body broke the framing rules. `request` is null if its head could not be parsed.
  virtual Response refuse(const Request* request, const Error& error) = 0;
};

}  // namespace argot::http
