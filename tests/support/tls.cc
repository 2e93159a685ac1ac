#include "tests/support/tls.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include <cstdlib>
#include <stdexcept>

namespace argot::testing {

namespace {

template <auto release>
struct Release {
  template <typename Object>
  void operator()(Object* object) const {
    release(object);
  }
};

using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Session = std::unique_ptr<SSL, Release<SSL_free>>;
using X509Owner = std::unique_ptr<X509, Release<X509_free>>;

void must(bool condition) {
  if (!condition) throw std::runtime_error("libssl refused");
}

std::string text_of(const Bio& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Bio memory(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Key read_key(const std::string& pem) {
  return Key(PEM_read_bio_PrivateKey(memory(pem).get(), nullptr, nullptr, nullptr));
}

X509Owner read_certificate(const std::string& pem) {
  return X509Owner(PEM_read_bio_X509(memory(pem).get(), nullptr, nullptr, nullptr));
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

class TlsWire final : public Wire {
 public:
  explicit TlsWire(Session session) : session_(std::move(session)) {}

  std::size_t read(MutableBytes room) override {
    const int got = SSL_read(session_.get(), room.data(), static_cast<int>(room.size()));
    return got > 0 ? static_cast<std::size_t>(got) : 0;
  }

  bool write(std::string_view bytes) override {
    return SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  Session session_;
};

}  // namespace

Certificate make_certificate(const CertificateNames& names, const Validity& validity,
                             const Certificate* authority) {
  const Key key(EVP_EC_gen("P-256"));
  const X509Owner made(X509_new());
  must(key && made);
  static long serial = 0;
  must(X509_set_version(made.get(), X509_VERSION_3) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), validity.from);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), validity.until);
  X509_set_pubkey(made.get(), key.get());
  const auto* const name = reinterpret_cast<const unsigned char*>(names.common_name.c_str());
  must(X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8, name, -1,
                                  -1, 0) == 1);

  if (!names.address.empty()) {
    add_extension(made.get(), NID_subject_alt_name, "IP:" + names.address);
  }
  if (authority == nullptr) {
    add_extension(made.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    must(X509_sign(made.get(), key.get(), EVP_sha256()) != 0);
  } else {
    const X509Owner signer = read_certificate(authority->certificate_pem);
    const Key signing_key = read_key(authority->key_pem);
    X509_set_issuer_name(made.get(), X509_get_subject_name(signer.get()));
    must(X509_sign(made.get(), signing_key.get(), EVP_sha256()) != 0);
  }

  const Bio certificate_pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(certificate_pem.get(), made.get()) == 1);
  must(PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
       1);
  return {.certificate_pem = text_of(certificate_pem), .key_pem = text_of(key_pem)};
}

ScriptedServer::Wrap tls_wrap(const Certificate& certificate, const std::string& client_authority) {
  // owners: the copies of the returned function, which is copyable as std::function asks.
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  must(context != nullptr);
  const X509Owner own = read_certificate(certificate.certificate_pem);
  const Key key = read_key(certificate.key_pem);
  must(SSL_CTX_use_certificate(context.get(), own.get()) == 1);
  must(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  if (!client_authority.empty()) {
    const X509Owner authority = read_certificate(client_authority);
    must(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get()) == 1);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return [context](int socket) -> std::unique_ptr<Wire> {
    // libssl writes without MSG_NOSIGNAL. Blocked on this thread only: a client under test that
    // raises the signal shall still be seen.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    Session session(SSL_new(context.get()));
    if (!session || SSL_set_fd(session.get(), socket) != 1 || SSL_accept(session.get()) != 1) {
      return nullptr;
    }
    return std::make_unique<TlsWire>(std::move(session));
  };
}

}  // namespace argot::testing
