#include "net/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include "net/server.h"
#include "net/toy_service_test.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"
#include "tests/support/tls.h"
#include "tests/support/tls_client.h"
#include "tests/support/watched_log.h"

namespace argot::net {
namespace {

using testing::Certificate;
using testing::make_certificate;
using testing::TlsClient;
using testing::TlsClientOptions;

constexpr std::string_view tls_get_now = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view get_now_and_close =
    "GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    // As the program does: OpenSSL writes to sockets that may be closed.
    std::signal(SIGPIPE, SIG_IGN);
    write(certificate_);
    auto loaded = TlsIdentity::load(files());
    EXPECT_TRUE(loaded) << describe(loaded.error());
    identity_ = *std::move(loaded);
  }

  TlsFiles files() const {
    return {.certificate = folder_ / "cert.pem", .key = folder_ / "key.pem"};
  }

  void write(const Certificate& certificate) {
    std::ofstream(files().certificate) << certificate.certificate_pem;
    std::ofstream(files().key) << certificate.key_pem;
  }

  void start(ServerOptions options = {}) {
    options.tls = identity_.get();
    options.workers = 2;
    auto opened = Server::open(options, service_, clock_, log_);
    ASSERT_TRUE(opened);
    server_ = *std::move(opened);
    server_->run();
  }

  TlsClient connect(TlsClientOptions options = {}) const {
    if (options.authority.empty()) options.authority = certificate_.certificate_pem;
    return TlsClient(server_->address(), options);
  }

  static std::string body_of(const std::string& reply) {
    return reply.substr(std::min(reply.size(), reply.find("\r\n\r\n") + 4));
  }

  // One request on a connection of its own, to its clean end.
  std::string ask(std::string_view request) {
    TlsClient client = connect();
    EXPECT_TRUE(client.is_open());
    EXPECT_TRUE(client.send(request));
    bool is_clean = false;
    std::string reply = client.read_all(is_clean);
    EXPECT_TRUE(is_clean);
    return reply;
  }

  testing::TempFolder folder_;
  const Certificate certificate_ = make_certificate({.address = "127.0.0.1"});
  std::unique_ptr<TlsIdentity> identity_;
  SystemClock clock_;
  SilentLog log_;
  ToyService service_;
  std::unique_ptr<Server> server_;
};

TEST_F(TlsTest, ServesRequestsOnOneConnection) {
  start();
  TlsClient client = connect();
  ASSERT_TRUE(client.is_open());
  EXPECT_EQ(client.version(), "TLSv1.3");
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(client.send(tls_get_now));
    std::string reply;
    while (!reply.ends_with("\r\n\r\nnow")) {
      const std::string more = client.read(1);
      ASSERT_FALSE(more.empty()) << reply;
      reply += more;
    }
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_NE(reply.find("\r\nStrict-Transport-Security: max-age=31536000\r\n"), std::string::npos);
  }
}

TEST_F(TlsTest, TakesABodyOfManyRecords) {
  start();
  const std::string body(3'000'000, 'b');
  const std::string head =
      "POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n";
  EXPECT_EQ(body_of(ask(head + body)), "3000000");
}

TEST_F(TlsTest, SendsAFileAndALargeTextWhole) {
  start();
  for (const auto& [path, blocks] : {std::pair<std::string, std::uint64_t>{"/file", 64},
                                     {"/prepared-file", 16},
                                     {"/memory", 64}}) {
    const std::string file =
        body_of(ask("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    ASSERT_EQ(file.size(), blocks * ToyFile::block) << path;
    for (std::uint64_t block = 0; block < blocks; ++block) {
      const std::string expected(ToyFile::block, static_cast<char>('a' + block % 26));
      ASSERT_EQ(file.substr(block * ToyFile::block, ToyFile::block), expected) << path << block;
    }
  }
  const std::string text =
      body_of(ask("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(text, std::string(1'000'000, 'x'));
}

TEST_F(TlsTest, NoByteOfADamagedBlockIsSent) {
  start();
  TlsClient client = connect();
  ASSERT_TRUE(client.send("GET /damaged HTTP/1.1\r\nHost: x\r\n\r\n"));
  bool is_clean = false;
  EXPECT_EQ(body_of(client.read_all(is_clean)).size(), 3 * ToyFile::block);
}

TEST_F(TlsTest, AnEarlyReplyIsReadBeforeTheConnectionEnds) {
  start();
  TlsClient client = connect();
  ASSERT_TRUE(client.send("POST /denied HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n"));
  bool is_clean = false;
  const std::string reply = client.read_all(is_clean);
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 401 ")) << reply;
  EXPECT_EQ(body_of(reply), "denied");
  EXPECT_TRUE(is_clean);
}

TEST_F(TlsTest, OldProtocolsAndWeakCiphersAreRefused) {
  start();
  EXPECT_FALSE(connect({.oldest = TLS1_VERSION, .newest = TLS1_1_VERSION}).is_open());
  for (const std::string weak : {"AES128-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA",
                                 "ECDHE-RSA-AES256-SHA384", "NULL", "aNULL"}) {
    EXPECT_FALSE(connect({.newest = TLS1_2_VERSION, .ciphers = weak}).is_open()) << weak;
  }
  TlsClient client = connect({.newest = TLS1_2_VERSION});
  EXPECT_TRUE(client.is_open());
  EXPECT_EQ(client.version(), "TLSv1.2");
}

TEST_F(TlsTest, AgreesOnHttp11OrOnNothing) {
  start();
  using namespace std::string_literals;
  EXPECT_EQ(connect({.protocols = "\x02h2\x08http/1.1"s}).protocol(), "http/1.1");
  const TlsClient only_h2 = connect({.protocols = "\x02h2"s});
  EXPECT_TRUE(only_h2.is_open());
  EXPECT_EQ(only_h2.protocol(), "");
}

TEST_F(TlsTest, WhoDoesNotSpeakItGetsNothing) {
  start();
  testing::SocketClient client(server_->address());
  ASSERT_TRUE(client.send(tls_get_now));
  EXPECT_FALSE(client.read_all().starts_with("HTTP/"));
  EXPECT_EQ(service_.state.begun, 0);
}

TEST_F(TlsTest, OneConnectionTooManyIsClosedWithoutAWordInPlainText) {
  start({.connections_max = 1});
  TlsClient first = connect();
  ASSERT_TRUE(first.is_open());
  testing::SocketClient excess(server_->address());
  EXPECT_EQ(excess.read_all(), "");
  EXPECT_EQ(server_->counters().connections_refused.value(), 1U);
  EXPECT_EQ(server_->counters().sent_bytes.value(), 0U);
}

// What was found right before and cannot be read any more passes through memory here.
TEST_F(TlsTest, AFileThatIsShorterThanItWasIsCheckedAgain) {
  argot::testing::WatchedLog log;
  auto opened = Server::open({.workers = 2, .tls = identity_.get()}, service_, clock_, log);
  ASSERT_TRUE(opened);
  server_ = *std::move(opened);
  server_->run();
  TlsClient client = connect();
  ASSERT_TRUE(client.send("GET /shortened-file HTTP/1.1\r\nHost: x\r\n\r\n"));
  bool is_clean = false;
  EXPECT_EQ(body_of(client.read_all(is_clean)).size(), 4 * ToyFile::block);
  EXPECT_TRUE(log.wait_for("reply_broken_off"));
  server_.reset();  // before the log
}

TEST_F(TlsTest, ASilentClientIsLeftAfterTheTimeOfAHead) {
  start({.head_timeout = std::chrono::milliseconds(50)});
  testing::SocketClient client(server_->address());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(TlsTest, DrainsWithoutWaitingForAHandshake) {
  start({.head_timeout = std::chrono::hours(1)});
  testing::SocketClient silent(server_->address());
  while (server_->connections() == 0) std::this_thread::yield();
  server_->drain(std::chrono::hours(1));
  EXPECT_TRUE(silent.is_closed());
}

TEST_F(TlsTest, ANewCertificateIsShownToNewConnectionsAndKeepsTheOldOnes) {
  start();
  TlsClient before = connect();
  ASSERT_TRUE(before.is_open());
  const Certificate second = make_certificate({.common_name = "second", .address = "127.0.0.1"});
  write(second);
  ASSERT_TRUE(identity_->reload());
  EXPECT_FALSE(connect().is_open()) << "the old certificate is shown";
  EXPECT_TRUE(connect({.authority = second.certificate_pem}).is_open());
  ASSERT_TRUE(before.send(get_now_and_close));
  bool is_clean = false;
  EXPECT_EQ(body_of(before.read_all(is_clean)), "now");
}

TEST_F(TlsTest, WhatCannotBeReadChangesNothing) {
  start();
  std::ofstream(files().key) << "no key";
  const auto failed = identity_->reload();
  ASSERT_FALSE(failed);
  EXPECT_TRUE(connect().is_open());
}

TEST_F(TlsTest, ErrorsNameTheFileAndSayWhy) {
  const auto refusal = [&](const TlsFiles& wrong) {
    const auto loaded = TlsIdentity::load(wrong);
    EXPECT_FALSE(loaded);
    if (loaded) return std::string();
    EXPECT_EQ(loaded.error().code, ErrorCode::cannot_start);
    return loaded.error().detail;
  };
  const std::string missing = folder_ / "missing.pem";
  EXPECT_TRUE(refusal({missing, files().key}).starts_with("--tls-certificate '" + missing + "'"));
  EXPECT_TRUE(refusal({files().certificate, missing}).starts_with("--tls-key '" + missing + "'"));
  const std::string prose = folder_ / "prose.pem";
  std::ofstream(prose) << "Dear diary";
  EXPECT_NE(refusal({prose, files().key}).find("(no start line)"), std::string::npos)
      << refusal({prose, files().key});
  const std::string foreign = folder_ / "foreign.pem";
  std::ofstream(foreign) << make_certificate({}).key_pem;
  EXPECT_NE(refusal({files().certificate, foreign}).find("key values mismatch"), std::string::npos)
      << refusal({files().certificate, foreign});
}

}  // namespace
}  // namespace argot::net
