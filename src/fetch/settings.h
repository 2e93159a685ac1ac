// What curl is told about a client and a request; the callbacks of a transfer aside.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "fetch/client.h"
#include "fetch/message.h"

namespace argot::fetch {

struct HeaderListRelease {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, HeaderListRelease>;

// curl asks before it sends the body, where it finds the body large enough.
enum class Expect { never, large_bodies };

// Sets one option after the other, and remembers the first that curl refused.
class Settings {
 public:
  explicit Settings(CURL* easy) : easy_(easy) {}

  void client(const ClientOptions& options);
  void limits(const CallLimits& limits);
  // `size` is of the body, if there is one and it is known.
  void request(const Request& request, std::optional<std::uint64_t> size);
  // What curl would add on its own is turned off. The list must outlive the transfer.
  HeaderList headers(const Request& request, Expect expect);

  template <typename Value>
  void set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
  }
  void set(CURLoption option, const std::string& value) { set(option, value.c_str()); }

  CURLcode code() const { return code_; }

 private:
  void trust(const ClientOptions& options);
  // Leaves curl's default where the text is empty.
  void set_if_any(CURLoption option, const std::string& value) {
    if (!value.empty()) set(option, value);
  }

  CURL* easy_;
  CURLcode code_ = CURLE_OK;
};

}  // namespace argot::fetch
