// Certificates made on the spot, and the TLS end of a scripted server.
#pragma once

#include <memory>
#include <string>

#include "tests/support/scripted_server.h"

namespace argot::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

struct CertificateNames {
  std::string common_name = "argot test";
  std::string address;  // an IP address that the certificate is good for; none if empty
};

// Relative to now, in seconds.
struct Validity {
  long from = -3'600;
  long until = 3'600;
};

// Signed by `authority`, or by itself where that is null; then it may sign others.
Certificate make_certificate(const CertificateNames& names, const Validity& validity = {},
                             const Certificate* authority = nullptr);

// Speaks TLS with `certificate`; with `client_authority` (PEM) only to clients that show a
// certificate of that authority.
ScriptedServer::Wrap tls_wrap(const Certificate& certificate,
                              const std::string& client_authority = {});

}  // namespace argot::testing
