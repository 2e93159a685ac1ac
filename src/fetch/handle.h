// A curl_multi with its one easy handle, and the idle ones that wait for the next call with their
// connections open.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace argot::fetch {

class Handle {
 public:
  // Null where curl has no memory or no sockets.
  static std::unique_ptr<Handle> open();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  virtual ~Handle() = default;

  CURLM* multi() const { return multi_.get(); }
  CURL* easy() const { return easy_.get(); }

  // Whether it knows what is the same for all calls of its client, whom it never changes.
  bool is_set_up() const { return is_set_up_; }
  void note_set_up() { is_set_up_ = true; }
  // As if it were new, but for its connections.
  void reset();

  // Remembers the connection of the transfer that has ended, while it still is attached.
  void note_connection();
  // Whether something is there to be read on it, although nothing was asked for. Never for HTTP/2,
  // where servers may speak at any time and a reply says what it answers.
  bool has_unasked_input() const;

  // Tells the server at once that what came on it has come: one that holds small writes back
  // (Nagle's algorithm, RFC 9293 section 3.7.4) sends the body behind a head only then. The system
  // would wait for 40 ms for something to send; on a new connection it does not.
  void acknowledge() const;

  // Around a call. Where begin() says no, the system has refused.
  virtual bool begin() { return true; }
  virtual void end() {}

  // Lets curl do what can be done without blocking.
  virtual CURLMcode perform();
  // Blocks until there may be something to do, for at most so long.
  virtual CURLMcode wait(int milliseconds_max);
  // Cuts a wait() short, also the next one where none is on. Thread-safe.
  virtual void wake();

 protected:
  Handle(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {}

 private:
  struct Release {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct EasyRelease {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };

  std::unique_ptr<CURLM, Release> multi_;
  std::unique_ptr<CURL, EasyRelease> easy_;  // released first
  curl_socket_t kept_ = CURL_SOCKET_BAD;     // of the connection noted last
  bool is_set_up_ = false;
};

// A handle's easy part is in its multi for as long as this lives. One that ends before its transfer
// closes the connection.
class Attachment {
 public:
  explicit Attachment(const Handle& handle)
      : handle_(handle), code_(curl_multi_add_handle(handle.multi(), handle.easy())) {}
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  ~Attachment() { curl_multi_remove_handle(handle_.multi(), handle_.easy()); }

  CURLMcode code() const { return code_; }

 private:
  const Handle& handle_;
  CURLMcode code_;
};

// Thread-safe. Its lock is never held while curl works.
class HandlePool {
 public:
  explicit HandlePool(std::size_t idle_max) : idle_max_(idle_max) {}

  // The one that was given last, whose connections are the freshest; a new one if none is idle. On
  // a loop, one that leaves its task instead of blocking; null where the system refuses.
  std::unique_ptr<Handle> take();
  // Keeps it with its connections, or closes it where enough are idle.
  void give(std::unique_ptr<Handle> handle);

 private:
  using Idle = std::vector<std::unique_ptr<Handle>>;

  // Those for the way of driving that fits where this runs.
  Idle& idle_here();

  std::mutex mutex_;
  // Apart, because curl wants one multi to be driven in one way only.
  Idle blocking_;
  Idle on_loop_;
  const std::size_t idle_max_;
};

}  // namespace argot::fetch
