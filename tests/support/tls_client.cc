#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

namespace argot::testing {
namespace {

UniqueFd connect_to(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr);
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0) {
    std::abort();
  }
  return socket;
}

using Context = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;

Context make_context(const TlsClientOptions& options) {
  Context context(::SSL_CTX_new(::TLS_client_method()), ::SSL_CTX_free);
  if (options.oldest != 0) ::SSL_CTX_set_min_proto_version(context.get(), options.oldest);
  if (options.newest != 0) ::SSL_CTX_set_max_proto_version(context.get(), options.newest);
  // What a server refuses must be offered by a client that takes anything.
  ::SSL_CTX_set_security_level(context.get(), 0);
  if (!options.ciphers.empty()) ::SSL_CTX_set_cipher_list(context.get(), options.ciphers.c_str());
  if (!options.protocols.empty()) {
    ::SSL_CTX_set_alpn_protos(context.get(),
                              reinterpret_cast<const unsigned char*>(options.protocols.data()),
                              static_cast<unsigned>(options.protocols.size()));
  }
  if (options.authority.empty()) return context;
  BIO* const text =
      ::BIO_new_mem_buf(options.authority.data(), static_cast<int>(options.authority.size()));
  X509* const trusted = ::PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  ::X509_STORE_add_cert(::SSL_CTX_get_cert_store(context.get()), trusted);
  ::X509_free(trusted);
  ::BIO_free(text);
  ::SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

}  // namespace

void TlsClient::Free::operator()(ssl_st* session) const { ::SSL_free(session); }

TlsClient::TlsClient(const std::string& address, const TlsClientOptions& options)
    : socket_(connect_to(address)), session_(::SSL_new(make_context(options).get())) {
  ::SSL_set_fd(session_.get(), socket_.get());
  ::ERR_clear_error();
  is_open_ = ::SSL_connect(session_.get()) == 1;
}

std::string TlsClient::version() const { return ::SSL_get_version(session_.get()); }

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned bytes = 0;
  ::SSL_get0_alpn_selected(session_.get(), &name, &bytes);
  return name == nullptr ? "" : std::string(reinterpret_cast<const char*>(name), bytes);
}

bool TlsClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    if (::SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent) != 1) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

std::string TlsClient::read(std::size_t bytes) {
  std::string text;
  std::array<char, 16'384> buffer{};
  std::size_t got = 0;
  while (text.size() < bytes &&
         ::SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &got) == 1) {
    text.append(buffer.data(), got);
  }
  return text;
}

std::string TlsClient::read_all(bool& is_clean) {
  std::string text;
  std::array<char, 16'384> buffer{};
  std::size_t got = 0;
  ::ERR_clear_error();
  while (::SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &got) == 1) {
    text.append(buffer.data(), got);
  }
  is_clean = (::SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  return text;
}

}  // namespace argot::testing
