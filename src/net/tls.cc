#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <utility>

#include "base/assert.h"

namespace argot::net {
namespace {

// ECDHE with authenticated encryption; TLS 1.3 has nothing else.
constexpr const char* ciphers_of_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

constexpr std::string_view http_1_1 = "http/1.1";

// OpenSSL's own words for the last thing that failed, of which the oldest says why.
std::string reason() {
  std::array<char, 256> text{};
  ::ERR_error_string_n(::ERR_get_error(), text.data(), text.size());
  ::ERR_clear_error();
  const std::string_view whole = text.data();
  // "error:0480006C:PEM routines::no start line": what comes last is for people.
  return std::string(whole.substr(whole.rfind(':') + 1));
}

// Whoever offers a choice of protocols gets HTTP/1.1, or none agreed upon.
// NOLINTNEXTLINE(readability-function-size): OpenSSL says what it takes.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void*) {
  for (std::string_view rest(reinterpret_cast<const char*>(offered), offered_bytes);
       !rest.empty();) {
    const std::size_t bytes = static_cast<unsigned char>(rest.front());
    const std::string_view name = rest.substr(1, bytes);
    if (name == http_1_1) {
      *chosen = reinterpret_cast<const unsigned char*>(name.data());
      *chosen_bytes = static_cast<unsigned char>(name.size());
      return SSL_TLSEXT_ERR_OK;
    }
    rest.remove_prefix(std::min(rest.size(), bytes + 1));
  }
  return SSL_TLSEXT_ERR_NOACK;
}

// Nobody is there to be asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return 0; }

std::unexpected<Error> wrong_file(std::string_view flag, const std::string& path) {
  return fail(ErrorCode::cannot_start, std::string(flag) + " '" + path + "' cannot be used (" +
                                           reason() +
                                           "): name a file in PEM that this user may read");
}

using Context = std::shared_ptr<SSL_CTX>;  // owners: the identity, and whoever uses it

Result<Context> load_context(const TlsFiles& files) {
  ::ERR_clear_error();
  Context context(::SSL_CTX_new(::TLS_server_method()), ::SSL_CTX_free);
  ASSERT(context != nullptr);
  ASSERT(::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1);
  ASSERT(::SSL_CTX_set_cipher_list(context.get(), ciphers_of_1_2) == 1);
  ::SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE);
  // A write may take a part, and be tried again from where the rest lies by then.
  ::SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  ::SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);

  if (::SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
    return wrong_file("--tls-certificate", files.certificate);
  }
  if (::SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      ::SSL_CTX_check_private_key(context.get()) != 1) {
    return wrong_file("--tls-key", files.key);
  }
  return context;
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* session) const { ::SSL_free(session); }

SocketStep TlsSession::handshake() {
  ::ERR_clear_error();
  const int result = ::SSL_accept(session_.get());
  return outcome(result, 1);
}

SocketStep TlsSession::read(MutableBytes room) {
  ::ERR_clear_error();
  std::size_t bytes = 0;
  const int result = ::SSL_read_ex(session_.get(), room.data(), room.size(), &bytes);
  return outcome(result, bytes);
}

SocketStep TlsSession::write(std::string_view bytes) {
  ASSERT(!bytes.empty());
  ::ERR_clear_error();
  std::size_t written = 0;
  const int result = ::SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written);
  return outcome(result, written);
}

void TlsSession::close_notify() {
  ::ERR_clear_error();
  // Not before the handshake, and not after what ended the session.
  if (::SSL_is_init_finished(session_.get()) != 0) ::SSL_shutdown(session_.get());
  ::ERR_clear_error();
}

SocketStep TlsSession::outcome(int result, std::size_t bytes) {
  if (result > 0) return {.bytes = bytes};
  switch (::SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.wait = SocketStep::Wait::readable};
    case SSL_ERROR_WANT_WRITE:
      return {.wait = SocketStep::Wait::writable};
    default:
      return {};
  }
}

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles files) {
  std::unique_ptr<TlsIdentity> identity(new TlsIdentity(std::move(files)));
  TRY_DO(identity->reload());
  return identity;
}

Result<> TlsIdentity::reload() {
  TRY(Context context, load_context(files_));
  const std::scoped_lock lock(mutex_);
  context_ = std::move(context);
  return {};
}

TlsSession TlsIdentity::begin(int descriptor) const {
  const std::scoped_lock lock(mutex_);
  ssl_st* const session = ::SSL_new(context_.get());
  ASSERT(session != nullptr);
  ASSERT(::SSL_set_fd(session, descriptor) == 1);
  return TlsSession(session);
}

}  // namespace argot::net
