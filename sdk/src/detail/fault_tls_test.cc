// Whom the client trusts with its key over TLS, and the way through proxies, whose passwords are
// nobody else's business.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/lib/logger.hpp"
#include "detail/wire_fixture.h"
#include "tests/support/fakes.h"
#include "tests/support/tls.h"

namespace argot::openai {
namespace {

using argot::testing::Certificate;
using argot::testing::make_certificate;
using argot::testing::TempFolder;
using argot::testing::tls_wrap;
using detail::couldNotConnect;
using detail::fieldOf;
using detail::requestLineOf;
using detail::retrying;
using detail::Then;
using detail::WireClient;
using detail::wired;
using detail::wiredFile;
using detail::WireReply;
using detail::WireServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// libcurl's numbers.
constexpr int untrusted = 60;

constexpr std::string_view key = "sk-of-nobody-else-1234";

class FaultTls : public ::testing::Test {
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

  SDKOptions trusting() {
    return {.apiKeyAuth = std::string(key),
            .transport = {.caFile = file("ca.pem", authority().certificate_pem)}};
  }

  static std::string https(const WireServer& server) {
    return "https://" + server.address() + "/v1";
  }

  /// A call to a server with `certificate` fails, and the server hears not a byte of it.
  static void refuses(SDKOptions options, const Certificate& certificate) {
    WireServer server({WireReply{wiredFile()}}, tls_wrap(certificate));
    const WireClient client(https(server), std::move(options));
    const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"});
    ASSERT_FALSE(retrieved.ok());
    const auto* const error = retrieved.error().as<ConnectionError>();
    ASSERT_NE(error, nullptr) << retrieved.error();
    EXPECT_EQ(error->cause().code, untrusted) << error->what();
    EXPECT_THAT(error->what(), StartsWith("Unable to make request: SSL"));
    EXPECT_THAT(error->what(), Not(HasSubstr(key)));
    EXPECT_EQ(error->attempts(), 1);
    const auto uploaded =
        filesCreateFile(client.core, {.file = Blob("secret"), .purpose = "batch"}, retrying);
    EXPECT_EQ(uploaded.error().name(), "ConnectionError");
    EXPECT_THAT(server.requests(), IsEmpty());
  }

  TempFolder folder_;
};

TEST_F(FaultTls, TheAuthorityOfTheOptionsIsTrusted) {
  WireServer server({WireReply{wiredFile()}}, tls_wrap(good()));
  const WireClient client(https(server), trusting());
  for (int i = 0; i < 3; ++i) {
    const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"});
    ASSERT_TRUE(retrieved.ok()) << retrieved.error();
  }
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(fieldOf(server.requests().at(0), "Authorization"), "Bearer " + std::string(key));
}

TEST_F(FaultTls, AnUnknownAuthorityGetsNothing) {
  refuses({.apiKeyAuth = std::string(key)}, good());
}

TEST_F(FaultTls, ASelfSignedCertificateGetsNothing) {
  refuses(trusting(), make_certificate({.address = "127.0.0.1"}));
}

TEST_F(FaultTls, ACertificateOutOfItsTimeGetsNothing) {
  refuses(trusting(), make_certificate({.address = "127.0.0.1"}, {.from = -7200, .until = -3600},
                                       &authority()));
  refuses(trusting(),
          make_certificate({.address = "127.0.0.1"}, {.from = 3600, .until = 7200}, &authority()));
}

TEST_F(FaultTls, ACertificateOfAnotherHostGetsNothing) {
  refuses(trusting(), make_certificate({.address = "127.0.0.2"}, {}, &authority()));
  refuses(trusting(), make_certificate({.common_name = "127.0.0.2"}, {}, &authority()));
}

TEST_F(FaultTls, AFileOfAuthoritiesThatIsNotThereTrustsNobody) {
  WireServer server({WireReply{wiredFile()}}, tls_wrap(good()));
  const WireClient client(https(server), {.transport = {.caFile = folder_ / "missing.pem"}});
  EXPECT_EQ(filesRetrieveFile(client.core, {.fileId = "f"}).error().name(), "ConnectionError");
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(FaultTls, AServerOfPlainTextGetsNothing) {
  std::promise<std::string> heard;
  argot::testing::ScriptedServer server([&heard](argot::testing::ScriptedConnection& connection) {
    connection.send(wiredFile());
    heard.set_value(connection.read_head());
  });
  const WireClient client("https://" + server.address(), trusting());
  EXPECT_EQ(filesRetrieveFile(client.core, {.fileId = "f"}).error().name(), "ConnectionError");
  EXPECT_EQ(heard.get_future().get(), "");
}

TEST_F(FaultTls, TheCertificateOfTheOptionsIsShown) {
  const Certificate own = make_certificate({.common_name = "client"}, {}, &authority());
  WireServer server({WireReply{wiredFile()}}, tls_wrap(good(), authority().certificate_pem));
  SDKOptions options = trusting();
  const WireClient without(https(server), options);
  EXPECT_EQ(filesRetrieveFile(without.core, {.fileId = "f"}).error().name(), "ConnectionError");
  options.transport.clientCertificateFile = file("own.pem", own.certificate_pem);
  options.transport.clientKeyFile = file("own.key", own.key_pem);
  const WireClient with(https(server), options);
  const auto retrieved = filesRetrieveFile(with.core, {.fileId = "f"});
  EXPECT_TRUE(retrieved.ok()) << retrieved.error();
}

TEST_F(FaultTls, ABreakWithinTlsIsMendedAsAnyOther) {
  const std::string reply = wiredFile();
  for (const Then then : {Then::reset, Then::close}) {
    WireServer server({WireReply{reply.substr(0, reply.size() - 5), then}, WireReply{reply}},
                      tls_wrap(good()));
    const WireClient client(https(server), trusting());
    EXPECT_EQ(filesRetrieveFile(client.core, {.fileId = "f"}).error().name(), "ConnectionError");
  }
  WireServer server({WireReply{reply.substr(0, reply.size() - 5), Then::reset}, WireReply{reply}},
                    tls_wrap(good()));
  const WireClient client(https(server), trusting());
  EXPECT_TRUE(filesRetrieveFile(client.core, {.fileId = "f"}, retrying).ok());
}

TEST_F(FaultTls, ARedirectOutOfTlsTakesNoKeyAlong) {
  WireServer plain({WireReply{wiredFile()}});
  WireServer server({WireReply{wired("307 Go", "Location: " + plain.url("/x") + "\r\n", "")}},
                    tls_wrap(good()));
  const WireClient client(https(server), trusting());
  ASSERT_TRUE(filesRetrieveFile(client.core, {.fileId = "f"}).ok());
  EXPECT_THAT(plain.requests().at(0), Not(HasSubstr(key)));
}

// --- Proxies -----------------------------------------------------------------------------------

constexpr std::string_view user = "proxy-user";
constexpr std::string_view password = "s3cret-of-the-proxy";
// base64 of "proxy-user:s3cret-of-the-proxy".
constexpr std::string_view basic = "Basic cHJveHktdXNlcjpzM2NyZXQtb2YtdGhlLXByb3h5";

class FaultProxy : public FaultTls {
 protected:
  /// Through `proxy`, and logged.
  SDKOptions through(const std::string& proxy) {
    SDKOptions options = trusting();
    options.transport.proxy = proxy;
    options.transport.proxyUser = user;
    options.transport.proxyPassword = password;
    options.debugLogger =
        makeLogger([this](std::string_view line) { log_.append(line).append("\n"); });
    return options;
  }

  void expectNoSecret(const std::string& text) const {
    for (const std::string_view secret : {password, basic.substr(6), key}) {
      EXPECT_THAT(text, Not(HasSubstr(secret)));
    }
  }

  template <class T>
  void expectQuiet(const Result<T>& result) const {
    expectNoSecret(log_);
    EXPECT_THAT(log_, HasSubstr("> Request: GET "));
    if (result.ok()) return;
    expectNoSecret(result.error().what());
    expectNoSecret(result.error().toJson());
    expectNoSecret(std::string(result.error().attemptLog()));
  }

  std::string log_{};
};

TEST_F(FaultProxy, OfHttpIsAskedForTheWholeUrl) {
  WireServer proxy({WireReply{wiredFile()}});
  const WireClient client("http://files.test/v1", through(proxy.url("")));
  const auto retrieved = filesRetrieveFile(client.core, {.fileId = "a/b"});
  ASSERT_TRUE(retrieved.ok()) << retrieved.error();
  const std::string request = proxy.requests().at(0);
  EXPECT_EQ(requestLineOf(request), "GET http://files.test/v1/files/a%2Fb HTTP/1.1");
  EXPECT_EQ(fieldOf(request, "Host"), "files.test");
  EXPECT_EQ(fieldOf(request, "Proxy-Authorization"), basic);
  EXPECT_EQ(fieldOf(request, "Authorization"), "Bearer " + std::string(key));
  expectQuiet(retrieved);
}

/// A proxy that answers CONNECT with `answer`, and plays what is behind it as well.
class Tunnel {
 public:
  explicit Tunnel(const Certificate& certificate,
                  std::string answer = "HTTP/1.1 200 Tunnel\r\nX-Proxy: 1\r\n\r\n")
      : answer_(std::move(answer)),
        server({WireReply{wiredFile()}}, [this, tls = tls_wrap(certificate)](int socket) {
          std::string head;
          char byte = 0;
          while (!head.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1) head += byte;
          {
            const std::scoped_lock lock(mutex_);
            asked_ += head;
          }
          (void)::send(socket, answer_.data(), answer_.size(), MSG_NOSIGNAL);
          return tls(socket);
        }) {}

  std::string asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  const std::string answer_;
  mutable std::mutex mutex_;
  std::string asked_{};

 public:
  WireServer server;
};

// An address of RFC 5737, where nobody is: whatever connects to it goes through the proxy.
const std::string beyond = "https://192.0.2.1/v1";

TEST_F(FaultProxy, ATunnelHidesTheCallFromTheProxy) {
  const Tunnel proxy(make_certificate({.address = "192.0.2.1"}, {}, &authority()));
  const WireClient client(beyond, through(proxy.server.url("")));
  ResponseInfo info;
  const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"}, {.response = &info});
  ASSERT_TRUE(retrieved.ok()) << retrieved.error();
  EXPECT_THAT(proxy.asked(), StartsWith("CONNECT 192.0.2.1:443 HTTP/1.1\r\n"));
  EXPECT_EQ(fieldOf(proxy.asked(), "Proxy-Authorization"), basic);
  EXPECT_EQ(fieldOf(proxy.asked(), "Authorization"), std::nullopt);
  EXPECT_THAT(proxy.asked(), Not(HasSubstr(key)));
  const std::string inside = proxy.server.requests().at(0);
  EXPECT_EQ(requestLineOf(inside), "GET /v1/files/f HTTP/1.1");
  EXPECT_EQ(fieldOf(inside, "Authorization"), "Bearer " + std::string(key));
  EXPECT_EQ(fieldOf(inside, "Proxy-Authorization"), std::nullopt);
  EXPECT_EQ(info.headers.find("X-Proxy"), nullptr);
  expectQuiet(retrieved);
}

TEST_F(FaultProxy, ATunnelToTheWrongHostGetsNothing) {
  const Tunnel proxy(good());
  const WireClient client(beyond, through(proxy.server.url("")));
  const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"});
  ASSERT_FALSE(retrieved.ok());
  EXPECT_EQ(retrieved.error().name(), "ConnectionError");
  EXPECT_THAT(proxy.server.requests(), IsEmpty());
  expectQuiet(retrieved);
}

TEST_F(FaultProxy, AProxyThatRefusesIsAnErrorWithoutItsPassword) {
  const std::string no =
      "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
      "Content-Length: 0\r\n\r\n";
  const Tunnel tunnel(good(), no);
  const WireClient secure(beyond, through(tunnel.server.url("")));
  const auto tunneled = filesRetrieveFile(secure.core, {.fileId = "f"});
  ASSERT_FALSE(tunneled.ok());
  EXPECT_EQ(tunneled.error().name(), "ConnectionError");
  EXPECT_THAT(tunneled.error().what(), HasSubstr("407"));
  expectQuiet(tunneled);

  WireServer proxy({WireReply{no}});
  const WireClient plain("http://files.test/v1", through(proxy.url("")));
  const auto retrieved = filesRetrieveFile(plain.core, {.fileId = "f"});
  ASSERT_FALSE(retrieved.ok());
  EXPECT_EQ(retrieved.error().statusCode(), 407);
  expectQuiet(retrieved);
}

TEST_F(FaultProxy, AProxyThatIsNotThereIsAnErrorWithoutItsPassword) {
  const std::string address = "127.0.0.1:" + std::to_string(argot::testing::closed_port());
  const std::string told = std::string(user).append(":").append(password).append("@");
  for (const std::string& proxy :
       {"http://" + address, "http://" + told + address, "socks5h://" + told + address,
        "nonsense://" + told + address, "http://" + told + ":x"}) {
    const WireClient client("http://files.test/v1", through(proxy));
    const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"});
    ASSERT_FALSE(retrieved.ok());
    EXPECT_EQ(retrieved.error().name(), "ConnectionError") << retrieved.error();
    expectQuiet(retrieved);
  }
  const WireClient client("http://files.test/v1", through("http://" + address));
  const auto error = filesRetrieveFile(client.core, {.fileId = "f"}).error();
  EXPECT_EQ(error.as<ConnectionError>()->cause().code, couldNotConnect);
}

TEST_F(FaultProxy, WhoeverIsReachedDirectlyGetsNoPasswordOfAProxy) {
  WireServer server({WireReply{wiredFile()}});
  const WireClient client(server.url("/v1"), through(""));
  const auto retrieved = filesRetrieveFile(client.core, {.fileId = "f"});
  ASSERT_TRUE(retrieved.ok()) << retrieved.error();
  EXPECT_EQ(fieldOf(server.requests().at(0), "Proxy-Authorization"), std::nullopt);
}

}  // namespace
}  // namespace argot::openai
