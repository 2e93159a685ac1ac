// Who may be talked to over TLS, and the way through proxies.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>

#include "fetch/client_fixture.h"
#include "tests/support/fakes.h"
#include "tests/support/tls.h"

namespace argot::fetch {
namespace {

using argot::testing::Certificate;
using argot::testing::CertificateNames;
using argot::testing::make_certificate;
using argot::testing::TempFolder;
using argot::testing::tls_wrap;
using argot::testing::Validity;
using ::testing::HasSubstr;
using ::testing::Not;

class ClientTlsTest : public ClientTest {
 protected:
  static const Certificate& authority() {
    static const Certificate certificate = make_certificate({.common_name = "argot authority"});
    return certificate;
  }
  static Certificate good() { return make_certificate({.address = "127.0.0.1"}, {}, &authority()); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  ClientOptions trusting() {
    ClientOptions options = direct();
    options.ca_file = file("ca.pem", authority().certificate_pem);
    return options;
  }

  static std::string https(const Server& server) { return "https://" + server.address() + "/"; }

  // What a client with `options` makes of a server with `certificate`, and whether the server saw
  // one byte of its request.
  std::expected<Transfer, Failure> meets(const ClientOptions& options,
                                         const Certificate& certificate) {
    Server server(
        [this](Connection& connection) {
          if (connection.read_request().empty()) return;
          request_seen_ = true;
          connection.send(ok_hello);
          connection.skip_all();
        },
        tls_wrap(certificate));
    Client client(options, clock_);
    return client.perform({.url = https(server)}, receiver_);
  }

  void refuses(const ClientOptions& options, const Certificate& certificate) {
    const auto transfer = meets(options, certificate);
    ASSERT_FALSE(transfer);
    EXPECT_EQ(transfer.error().kind, FailureKind::connection) << transfer.error().text;
    EXPECT_EQ(transfer.error().code, 60) << transfer.error().text;
    EXPECT_FALSE(request_seen_);
    EXPECT_TRUE(receiver_.heads.empty());
  }

  TempFolder folder_;
  std::atomic<bool> request_seen_ = false;
};

TEST_F(ClientTlsTest, TrustsTheAuthorityItIsGiven) {
  const auto transfer = meets(trusting(), good());
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(receiver_.text, "hello");
}

TEST_F(ClientTlsTest, AnUnknownAuthorityIsRefused) { refuses(direct(), good()); }

TEST_F(ClientTlsTest, ASelfSignedCertificateIsRefused) {
  refuses(trusting(), make_certificate({.address = "127.0.0.1"}));
}

TEST_F(ClientTlsTest, AnExpiredCertificateIsRefused) {
  refuses(trusting(), make_certificate({.address = "127.0.0.1"}, {.from = -7200, .until = -3600},
                                       &authority()));
  refuses(trusting(),
          make_certificate({.address = "127.0.0.1"}, {.from = 3600, .until = 7200}, &authority()));
}

TEST_F(ClientTlsTest, ACertificateOfAnotherHostIsRefused) {
  refuses(trusting(), make_certificate({.address = "127.0.0.2"}, {}, &authority()));
  refuses(trusting(), make_certificate({.common_name = "127.0.0.2"}, {}, &authority()));
}

TEST_F(ClientTlsTest, AnAuthorityFileThatIsNotThereTrustsNobody) {
  ClientOptions options = direct();
  options.ca_file = folder_ / "missing.pem";
  const auto transfer = meets(options, good());
  ASSERT_FALSE(transfer);
  EXPECT_EQ(transfer.error().kind, FailureKind::connection);
  EXPECT_FALSE(request_seen_);
}

TEST_F(ClientTlsTest, APlainServerIsNoTlsServer) {
  Server server([this](Connection& connection) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    request_seen_ = !connection.read_request().empty();
  });
  EXPECT_EQ(failure_of({.url = https(server)}).kind, FailureKind::connection);
  EXPECT_FALSE(request_seen_);
}

TEST_F(ClientTlsTest, ALargeBodyIsCutByAResetOverTlsToo) {
  Server server(
      [](Connection& connection) {
        connection.skip(1_MiB);
        connection.reset();
      },
      tls_wrap(good()));
  Client client(trusting(), clock_);
  ZerosSource body(64_MiB);
  const auto transfer =
      client.perform({.method = "PUT", .url = https(server), .body = &body}, receiver_);
  ASSERT_FALSE(transfer);
  EXPECT_EQ(transfer.error().kind, FailureKind::connection);
}

TEST_F(ClientTlsTest, ConnectionsOverTlsAreKept) {
  Server server(serve_hello, tls_wrap(good()));
  Client client(trusting(), clock_);
  for (int call = 0; call < 5; ++call) {
    ASSERT_TRUE(client.perform({.url = https(server)}, receiver_));
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ClientTlsTest, ShowsItsOwnCertificateWhereItHasOne) {
  const Certificate own = make_certificate({.common_name = "client"}, {}, &authority());
  Server server(serve_hello, tls_wrap(good(), authority().certificate_pem));
  ClientOptions options = trusting();
  Client without(options, clock_);
  const auto refused = without.perform({.url = https(server)}, receiver_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FailureKind::connection);

  options.client_certificate = file("client.pem", own.certificate_pem);
  options.client_key = file("client.key", own.key_pem);
  Client with(options, clock_);
  const auto transfer = with.perform({.url = https(server)}, receiver_);
  ASSERT_TRUE(transfer) << transfer.error().text;
}

TEST_F(ClientTlsTest, SecretsAreNotGivenToAPlainTarget) {
  std::string elsewhere;
  Server plain([&](Connection& connection) {
    elsewhere = connection.read_request();
    connection.send(ok_hello);
    connection.skip_all();
  });
  Server server(
      [&](Connection& connection) {
        connection.read_request();
        connection.send("HTTP/1.1 302 Go\r\nLocation: " + plain.url("/") +
                        "\r\nContent-Length: 0\r\n\r\n");
        connection.skip_all();
      },
      tls_wrap(good()));
  Client client(trusting(), clock_);
  ASSERT_TRUE(client.perform({.url = https(server), .headers = {{"Authorization", "Bearer s"}}},
                             receiver_));
  EXPECT_THAT(elsewhere, Not(HasSubstr("Bearer")));
}

class ClientProxyTest : public ClientTlsTest {};

TEST_F(ClientProxyTest, AskedForTheWholeUrlAndGivenItsPassword) {
  std::string request;
  Server proxy([&](Connection& connection) {
    request = connection.read_request();
    connection.send(ok_hello);
    connection.skip_all();
  });
  Client client({.proxy = proxy.url(""), .no_proxy = "", .proxy_user = "u", .proxy_password = "p"},
                clock_);
  ASSERT_TRUE(client.perform({.url = "http://files.test/v1"}, receiver_));
  EXPECT_THAT(request, ::testing::StartsWith("GET http://files.test/v1 HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: files.test\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nProxy-Authorization: Basic dTpw\r\n"));
}

TEST_F(ClientProxyTest, ATunnelHidesTheRequestFromTheProxy) {
  std::string asked;
  std::string beyond;
  // The end of the tunnel is played by the proxy itself: CONNECT first, then TLS.
  const auto tls = tls_wrap(good());
  const auto wrap = [&](int socket) {
    char byte = 0;
    while (!asked.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) asked.push_back(byte);
    constexpr std::string_view yes = "HTTP/1.1 200 Tunnel\r\nX-Proxy: 1\r\n\r\n";
    (void)::send(socket, yes.data(), yes.size(), MSG_NOSIGNAL);
    return tls(socket);
  };
  Server proxy(
      [&](Connection& connection) {
        beyond = connection.read_request();
        connection.send(ok_hello);
        connection.skip_all();
      },
      wrap);
  ClientOptions options = trusting();
  options.proxy = proxy.url("");
  options.no_proxy = "";
  options.proxy_user = "u";
  Client client(options, clock_);
  const auto transfer = client.perform(
      {.url = "https://127.0.0.1:1/v1", .headers = {{"Authorization", "Bearer s"}}}, receiver_);
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_TRUE(asked.starts_with("CONNECT 127.0.0.1:1 HTTP/1.1\r\n")) << asked;
  EXPECT_THAT(asked, Not(HasSubstr("Bearer")));
  EXPECT_THAT(beyond, HasSubstr("Bearer s"));
  EXPECT_THAT(beyond, Not(HasSubstr("Proxy-Authorization")));
  ASSERT_EQ(receiver_.heads.size(), 1U);
  EXPECT_EQ(find_header(receiver_.heads[0].headers, "x-proxy"), nullptr);
}

TEST_F(ClientProxyTest, HostsOfNoProxyAreReachedDirectly) {
  Server server(serve_hello);
  Client client({.proxy = "http://127.0.0.1:1", .no_proxy = "127.0.0.1"}, clock_);
  EXPECT_TRUE(client.perform({.url = server.url("/")}, receiver_));
}

TEST_F(ClientProxyTest, APasswordInAProxyUrlIsNotShown) {
  for (const char* const proxy : {"nonsense://user:s3cret@127.0.0.1:1", "http://user:s3cret@:x",
                                  "http://user:s3cret@127.0.0.1:1"}) {
    Client client({.proxy = proxy, .no_proxy = ""}, clock_);
    // The second call must not meet what the first one left behind.
    for (int call = 0; call < 2; ++call) {
      const auto transfer = client.perform({.url = "http://files.test/"}, receiver_);
      ASSERT_FALSE(transfer);
      EXPECT_EQ(transfer.error().kind, FailureKind::connection) << transfer.error().text;
      EXPECT_THAT(transfer.error().text, Not(HasSubstr("s3cret")));
    }
  }
}

}  // namespace
}  // namespace argot::fetch
