// One request and its response over one handle; redirects are reported, not followed.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "fetch/client.h"
#include "fetch/handle.h"
#include "fetch/message.h"
#include "fetch/response_head.h"
#include "fetch/settings.h"

namespace argot::fetch {

// What the hops of one call share. Everything outlives them.
struct Call {
  const ClientOptions& options;
  const Clock& clock;
  const CallLimits& limits;
  Receiver& receiver;
  Outcome outcome{};
};

// The failure of a call that has been stopped or is past its deadline.
std::optional<Failure> end_of(const Call& call);

// Back to the first byte, in `call` as well. Whatever the source throws becomes the Failure.
std::optional<Failure> rewind(BodySource& source, Call& call);

class Hop {
 public:
  // connection_dead: a kept connection was, and the request may be sent on a fresh one.
  // paused: the receiver has enough for now.
  enum class End { paused, delivered, redirected, expectation_refused, connection_dead, failed };
  enum class Connection { any, fresh };
  struct Ways {
    Expect expect = Expect::never;
    Connection connection = Connection::any;
  };

  Hop(Handle& handle, Call& call, const Request& request, Ways ways)
      : handle_(handle), call_(call), request_(request), ways_(ways) {}
  Hop(const Hop&) = delete;
  Hop& operator=(const Hop&) = delete;
  // Afterwards the handle points to nothing that was borrowed; its connections stay open, but for
  // that of a transfer that has not ended.
  ~Hop();

  // Again after a pause, and not after anything else.
  End run();

  ResponseHead& head() { return reader_.head(); }
  const ResponseHead& head() const { return reader_.head(); }
  Failure& failure() { return *failure_; }

 private:
  static std::size_t on_read(char* room, std::size_t size, std::size_t count, void* hop);
  static int on_socket(void* hop, curl_socket_t socket, curlsocktype purpose);
  static int on_begin(void* hop, char* address, char* own_address, int port, int own_port);
  static std::size_t on_header(char* line, std::size_t size, std::size_t count, void* hop);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* hop);

  struct Wake {
    void operator()() const { handle.wake(); }
    Handle& handle;
  };

  bool begin();
  CURLcode set_up();
  void set_up_once(Settings& settings);
  // What set_up() lent to curl.
  void take_back();
  // Nothing where it is paused.
  std::optional<CURLcode> drive();
  bool is_over();
  int milliseconds_to_wait();
  std::uint64_t bytes_moved() const;
  bool may_replay() const;
  End conclude(CURLcode code);

  std::optional<std::size_t> read(MutableBytes room);
  bool seems_whole();
  bool take_line(std::string_view line);
  bool take_head();
  bool take_body(Bytes piece);
  void tell_progress();

  void fail(FailureKind kind, std::string text, int code = 0);
  void fail(Failure failure);
  // What `work` returns; `otherwise` where it throws, which becomes a failure of `kind`.
  template <typename Value, typename Work>
  Value guarded(FailureKind kind, Value otherwise, const Work& work);

  Handle& handle_;
  Call& call_;
  const Request& request_;
  const Ways ways_;
  HeaderList headers_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::optional<Failure> failure_;
  std::optional<End> end_;  // once the head has decided it

  std::optional<std::uint64_t> size_;  // of the body
  std::uint64_t given_ = 0;            // of the body, to curl
  bool is_connection_new_ = false;
  bool is_sent_ = false;     // or about to be, on a connection that is there
  bool is_kept_ = false;     // the request was sent on a connection of an earlier call
  bool is_refused_ = false;  // that connection was, before anything was sent

  ResponseHeadReader reader_;
  bool is_head_complete_ = false;
  bool is_resting_ = false;  // the receiver was full
  bool is_ended_ = false;    // the transfer is, without an error
  std::uint64_t head_bytes_ = 0;
  std::uint64_t discarded_ = 0;  // of a redirect's body

  std::uint64_t moved_ = 0;  // when last_move_ was noted
  SteadyTime last_move_;

  std::optional<Attachment> attachment_;
  // Ends the wait of drive() from any thread; a wake-up that comes early is not lost.
  std::optional<std::stop_callback<Wake>> wake_;
};

}  // namespace argot::fetch
