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

  CURLM* multi() const { return multi_.get(); }
  CURL* easy() const { return easy_.get(); }

 private:
  struct Release {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct EasyRelease {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };

  Handle(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {}

  std::unique_ptr<CURLM, Release> multi_;
  std::unique_ptr<CURL, EasyRelease> easy_;  // released first
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

  // The one that was given last, whose connections are the freshest; a new one if none is idle.
  std::unique_ptr<Handle> take();
  // Keeps it with its connections, or closes it where enough are idle.
  void give(std::unique_ptr<Handle> handle);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;
  const std::size_t idle_max_;
};

}  // namespace argot::fetch
