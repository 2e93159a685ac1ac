// What curl is told about a client and a request; the callbacks of a transfer aside.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fetch/client.h"
#include "fetch/message.h"

namespace argot::fetch {

// Lines as curl takes them, in one piece of memory.
class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;

  void append(std::string_view name, std::string_view separator, std::string_view value);
  // Valid until it changes; null where it is empty.
  curl_slist* linked();

 private:
  std::string text_;  // each line with a zero behind it
  std::vector<std::size_t> begins_;
  std::vector<curl_slist> links_;
};

// curl asks before it sends the body, where it finds the body large enough.
enum class Expect { never, large_bodies };

// Sets one option after the other, and remembers the first that curl refused. What is said of a
// client is said once a handle; all else anew for each request, so that none sees what was said for
// another.
class Settings {
 public:
  explicit Settings(CURL* easy) : easy_(easy) {}

  void client(const ClientOptions& options);
  void limits(const CallLimits& limits);
  // `size` is of the body, if there is one and it is known.
  void request(const Request& request, std::optional<std::uint64_t> size);
  // What curl would add on its own is turned off. The list, which is empty, must outlive the
  // transfer.
  void headers(const Request& request, Expect expect, HeaderList& list);

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
