// One HTTP exchange as values: what is asked for, what answers, what bounds it, what went wrong.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace argot::fetch {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// The value of the first header of that name, in any case; null if there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

// Where the body of a request comes from. It is read on the thread that performs the call; a read
// that blocks cannot be cancelled.
class BodySource {
 public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  // How many bytes it gives in all. Known: sent with Content-Length, and the source fails the call
  // if it gives fewer or more. Unknown: sent in chunks.
  virtual std::optional<std::uint64_t> size() const = 0;

  // Fills the front of `room`, which is not empty; 0 is the end. What it says on failure becomes
  // the text of the Failure.
  virtual std::expected<std::size_t, std::string> read(MutableBytes room) = 0;

  // Back to the first byte; false if that cannot be.
  virtual bool rewind() = 0;
};

// Bytes in memory, which must outlive it.
class BytesSource final : public BodySource {
 public:
  explicit BytesSource(Bytes bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> size() const override { return bytes_.size(); }
  std::expected<std::size_t, std::string> read(MutableBytes room) override;
  bool rewind() override;

 private:
  Bytes bytes_;
  std::size_t taken_ = 0;
};

// follow: at most redirects_max times, as the Fetch standard has it: 303, and 301 and 302 after a
// POST, become a GET without body; 307 and 308 send the body again from its beginning.
// manual: a redirect is a response like any other. error: it fails the call.
enum class Redirects { follow, manual, error };
constexpr int redirects_max = 20;

// `url` is absolute, http or https, without user and password, and goes out as it is: what has to
// be percent-encoded already is. Headers go out as they are too, the empty ones included, and
// nothing is added to them but Host and what frames the body; a caller cannot set the latter.
struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  BodySource* body = nullptr;  // borrowed for the call, and read from where it stands
  Redirects redirects = Redirects::follow;
  bool keep_alive = true;  // false: the connection is closed afterwards
};

struct ResponseHead {
  int status = 0;
  std::string http_version;  // "1.0", "1.1" or "2"
  Headers headers;           // in the order they came; values have no white space around them
  std::string url;           // of the request that it answers: differs after a redirect
};

// What a response is delivered to: one head, then the body in pieces. Informational responses and
// redirects that are followed are not shown. Returning false stops the transfer.
class Receiver {
 public:
  Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  virtual ~Receiver() = default;

  virtual bool head(const ResponseHead& head) = 0;
  virtual bool body(Bytes piece) = 0;
  // Whether the transfer is to rest until it is asked to go on; what has arrived still comes.
  virtual bool has_enough() const { return false; }
  // Asked after each piece of the body: whether there is no room for another, so that curl reads
  // no further before the transfer rests. It would go on for megabytes.
  virtual bool is_full() const { return false; }
};

// Bytes of bodies, without framing. `sent` counts what the connection took from the source, and
// starts again at 0 when a redirect has the body sent again.
struct Progress {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};

// What a call may take. Zero durations bound nothing but by curl's own 300 s to connect.
struct CallLimits {
  std::optional<SteadyTime> deadline;            // of the client's clock, for everything
  std::chrono::milliseconds connect_timeout{0};  // name look-up, connection and TLS
  std::chrono::milliseconds stall_timeout{0};    // without a byte either way, in any phase
  std::stop_token stop;                          // ends the call at once, in any phase
  // Called on the performing thread, possibly for every piece.
  std::function<void(const Progress&)> progress;
};

enum class FailureKind {
  aborted,          // by the stop token, or by an exception out of `progress`
  timed_out,        // by one of the limits
  connection,       // name, connection, TLS, reset, malformed or truncated response, redirects
  invalid_request,  // nothing was sent
  source,           // the body could not be read, had another size, or could not be rewound
  receiver,         // the receiver refused
  unexpected,       // the transport could not be set up
};

struct Outcome {
  Progress bytes;
  bool source_touched = false;  // the source was read: whoever retries rewinds it first
};

struct Failure {
  FailureKind kind = FailureKind::unexpected;
  int code = 0;      // curl's, 0 where the failure is not curl's
  std::string text;  // what happened, as part of a sentence; never a header's value or a URL
  Outcome outcome;
  std::exception_ptr thrown;  // what a source, receiver or progress function threw
};

struct Transfer {
  ResponseHead head;
  Outcome outcome;
};

}  // namespace argot::fetch
