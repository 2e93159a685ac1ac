#include "fetch/settings.h"

#include <string>

namespace argot::fetch {

namespace {

constexpr long on = 1;
constexpr long off = 0;

}  // namespace

void Settings::client(const ClientOptions& options) {
  set(CURLOPT_NOSIGNAL, on);
  // A name look-up that hangs in the system is left to itself when the call ends.
  set(CURLOPT_QUICK_EXIT, on);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, on);
  set(CURLOPT_PATH_AS_IS, on);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, on);
  set(CURLOPT_HTTP_VERSION,
      static_cast<long>(options.http_version == HttpVersion::http_1_1 ? CURL_HTTP_VERSION_1_1
                                                                      : CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(options.upload_buffer_bytes));
  set(CURLOPT_BUFFERSIZE, static_cast<long>(options.receive_buffer_bytes));
  // Empty texts mean something here: no proxy, and none to go around.
  if (options.proxy) set(CURLOPT_PROXY, *options.proxy);
  if (options.no_proxy) set(CURLOPT_NOPROXY, *options.no_proxy);
  set_if_any(CURLOPT_PROXYUSERNAME, options.proxy_user);
  set_if_any(CURLOPT_PROXYPASSWORD, options.proxy_password);
  trust(options);
}

void Settings::trust(const ClientOptions& options) {
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty() || !options.ca_path.empty()) {
    // Whoever names an authority trusts no other: both have a default of the system's.
    const char* const file = options.ca_file.empty() ? nullptr : options.ca_file.c_str();
    const char* const path = options.ca_path.empty() ? nullptr : options.ca_path.c_str();
    set(CURLOPT_CAINFO, file);
    set(CURLOPT_CAPATH, path);
    set(CURLOPT_PROXY_CAINFO, file);
    set(CURLOPT_PROXY_CAPATH, path);
  }
  set_if_any(CURLOPT_SSLCERT, options.client_certificate);
  set_if_any(CURLOPT_SSLKEY, options.client_key);
  set_if_any(CURLOPT_KEYPASSWD, options.client_key_password);
}

void Settings::limits(const CallLimits& limits) {
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
}

void Settings::request(const Request& request, std::optional<std::uint64_t> size) {
  set(CURLOPT_URL, request.url);
  set(CURLOPT_FORBID_REUSE, request.keep_alive ? off : on);
  // Takes back all that is said of a body below.
  set(CURLOPT_HTTPGET, on);

  const bool means_a_body = request.body != nullptr || request.method == "POST" ||
                            request.method == "PUT" || request.method == "PATCH";
  if (means_a_body) {
    // Any method may upload, and no content type is made up for it.
    set(CURLOPT_UPLOAD, on);
    constexpr curl_off_t unknown = -1;
    const bool is_unknown = request.body != nullptr && !size;
    set(CURLOPT_INFILESIZE_LARGE, is_unknown ? unknown : static_cast<curl_off_t>(size.value_or(0)));
  } else if (request.method == "HEAD") {
    set(CURLOPT_NOBODY, on);
  }
  set(CURLOPT_CUSTOMREQUEST, request.method);
}

void Settings::headers(const Request& request, Expect expect, HeaderList& list) {
  if (find_header(request.headers, "accept") == nullptr) list.append("Accept", ":", "");
  if (expect == Expect::never) list.append("Expect", ":", "");
  if (!request.keep_alive) list.append("Connection", ": ", "close");
  for (const auto& [name, value] : request.headers) {
    // To curl, "name:" takes a header away and "name;" sends an empty one.
    const bool is_blank = value.find_first_not_of(" \t") == std::string::npos;
    if (is_blank) {
      list.append(name, ";", "");
    } else {
      list.append(name, ": ", value);
    }
  }
  set(CURLOPT_HTTPHEADER, list.linked());
}

void HeaderList::append(std::string_view name, std::string_view separator, std::string_view value) {
  constexpr std::size_t usual_bytes = 512;
  constexpr std::size_t usual_count = 8;
  if (begins_.empty()) {
    text_.reserve(usual_bytes);
    begins_.reserve(usual_count);
  }
  begins_.push_back(text_.size());
  text_.append(name).append(separator).append(value).push_back('\0');
}

curl_slist* HeaderList::linked() {
  links_.resize(begins_.size());
  for (std::size_t i = 0; i < links_.size(); ++i) {
    links_[i].data = text_.data() + begins_[i];
    links_[i].next = i + 1 < links_.size() ? &links_[i + 1] : nullptr;
  }
  return links_.empty() ? nullptr : links_.data();
}

}  // namespace argot::fetch
