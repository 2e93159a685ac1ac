#include "fetch/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "fetch/client_fixture.h"

namespace argot::fetch {
namespace {

using ::testing::HasSubstr;

// Bytes of which each part looks like no other.
std::string numbered(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + ' ';
  text.resize(bytes);
  return text;
}

// What is left of the body, pulled in pieces of at most `step` bytes.
std::expected<std::string, Failure> rest_of(Response& response, std::size_t step) {
  std::string text;
  std::string room(step, '\0');
  for (;;) {
    const auto count = response.read(std::as_writable_bytes(std::span(room)));
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return text;
    text.append(room, 0, *count);
  }
}

TEST_F(ClientTest, AResponseIsThereWithItsHead) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\nX-A: 1\r\n\r\n");
    // The body comes only after the head has been seen.
    connection.read_request();
  });
  const auto response = client_.open({.url = server.url("/")});
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_EQ((*response)->head().status, 200);
  EXPECT_EQ(*find_header((*response)->head().headers, "x-a"), "1");
}

// The connection to that port, of which there is one.
int connection_to(std::uint16_t port) {
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    sockaddr_in peer{};
    socklen_t bytes = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &bytes) == 0 &&
        peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) {
      return descriptor;
    }
  }
  return -1;
}

// Otherwise the system does so 40 ms later, for which some servers wait.
TEST_F(ClientTest, AHeadIsAcknowledgedAtOnce) {
  Server server([](Connection& connection) {
    while (!connection.read_request().empty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
      connection.send("ok");
    }
  });
  for (int call = 0; call < 3; ++call) {
    const auto response = client_.open({.url = server.url("/")});
    ASSERT_TRUE(response) << response.error().text;
    int is_quick = 0;
    socklen_t bytes = sizeof is_quick;
    const int connection = connection_to(server.port());
    ASSERT_EQ(::getsockopt(connection, IPPROTO_TCP, TCP_QUICKACK, &is_quick, &bytes), 0);
    EXPECT_EQ(is_quick, 1) << call;
    EXPECT_EQ(rest_of(**response, 10), "ok");
  }
  EXPECT_EQ(server.accepted(), 1) << "a new connection is quick by itself";
}

TEST_F(ClientTest, ASlowReaderHoldsLittle) {
  const std::string body(20'000'000, 'x');
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + body);
  });
  for (const std::size_t step : {1'000UL, 256'000UL}) {
    SCOPED_TRACE(step);
    const auto response = client_.open({.url = server.url("/")});
    ASSERT_TRUE(response) << response.error().text;
    std::vector<std::byte> room(step);
    std::uint64_t taken = 0;
    std::uint64_t held_max = 0;
    for (std::size_t count = step; count > 0; taken += count) {
      const auto got = (*response)->read(room);
      ASSERT_TRUE(got) << got.error().text;
      count = *got;
      held_max = std::max(held_max, (*response)->outcome().bytes.received - taken - count);
    }
    EXPECT_EQ(taken, body.size());
    EXPECT_LE(held_max, 2 * direct().receive_buffer_bytes);
  }
}

TEST_F(ClientTest, ABodyIsPulledInAnyPieces) {
  std::string body;
  for (int number = 0; body.size() < 1'000'000; ++number) body += std::to_string(number) + ",";
  Server server([&](Connection& connection) {
    while (!connection.read_request().empty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body);
    }
  });
  for (const std::size_t step : {1UL, 100UL, 16'384UL, 2'000'000UL}) {
    const auto response = client_.open({.url = server.url("/")});
    ASSERT_TRUE(response) << response.error().text;
    EXPECT_EQ(rest_of(**response, step), body) << step;
    std::array<std::byte, 1> more{};
    EXPECT_EQ((*response)->read(more), 0U);
    EXPECT_EQ((*response)->outcome().bytes.received, body.size());
  }
  EXPECT_EQ(server.accepted(), 1) << "a response that was read leaves its connection to the next";
}

TEST_F(ClientTest, AResponseThatIsLeftClosesItsConnection) {
  Server server([](Connection& connection) {
    if (connection.read_request().empty()) return;
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc");
    connection.skip_all();
  });
  for (int call = 0; call < 2; ++call) {
    const auto response = client_.open({.url = server.url("/")});
    ASSERT_TRUE(response) << response.error().text;
  }
  EXPECT_EQ(server.accepted(), 2);
}

TEST_F(ClientTest, ABodyThatBreaksOffFailsTheReadThatFindsIt) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  });
  const auto response = client_.open({.url = server.url("/")});
  ASSERT_TRUE(response) << response.error().text;
  const auto text = rest_of(**response, 100);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, FailureKind::connection);
  EXPECT_EQ(text.error().outcome.bytes.received, 3U);
}

TEST_F(ClientTest, AStoppedResponseFailsItsRead) {
  std::stop_source source;
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    connection.skip_all();
  });
  const auto response = client_.open({.url = server.url("/")}, {.stop = source.get_token()});
  ASSERT_TRUE(response) << response.error().text;
  std::array<std::byte, 3> room{};
  std::size_t got = 0;
  while (got < 3) {
    const auto count = (*response)->read(std::span(room).subspan(got));
    ASSERT_TRUE(count);
    got += *count;
  }
  source.request_stop();
  const auto next = (*response)->read(room);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, FailureKind::aborted);
}

TEST_F(ClientTest, ARedirectIsFollowedBeforeTheHeadIsThere) {
  Server server([](Connection& connection) {
    const std::string request = connection.read_request();
    connection.send(request.starts_with("GET /a ")
                        ? "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 3\r\n\r\nxyz"
                        : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    connection.send(connection.read_request().empty()
                        ? ""
                        : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  });
  const auto response = client_.open({.url = server.url("/a")});
  ASSERT_TRUE(response) << response.error().text;
  EXPECT_THAT((*response)->head().url, HasSubstr("/b"));
  EXPECT_EQ(rest_of(**response, 100), "hello");
}

TEST_F(ClientTest, ADrainHandsOnAllThatWasNotRead) {
  const std::string body = numbered(3'000'000);
  Server server([&](Connection& connection) {
    while (!connection.read_request().empty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body);
    }
  });
  for (const std::size_t read_first : {0UL, 1UL, 200'000UL}) {
    SCOPED_TRACE(read_first);
    const auto response = client_.open({.url = server.url("/")});
    ASSERT_TRUE(response) << response.error().text;
    std::string text;
    std::string room(1'000, '\0');
    while (text.size() < read_first) {
      const auto count = (*response)->read(std::as_writable_bytes(std::span(room)));
      ASSERT_TRUE(count && *count > 0);
      text.append(room, 0, *count);
    }
    ASSERT_TRUE((*response)->drain([&](Bytes piece) {
      text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      return true;
    }));
    EXPECT_EQ(text, body);
    EXPECT_EQ((*response)->read(std::as_writable_bytes(std::span(room))), 0U);
    EXPECT_TRUE((*response)->drain([](Bytes) { return false; })) << "nothing is left to refuse";
  }
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ClientTest, ADrainEndsWhereItsTakerRefusesOrThrows) {
  Server server([](Connection& connection) {
    while (!connection.read_request().empty()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\nabc");
      connection.send(std::string(399'997, 'x'));
    }
  });
  for (const std::size_t bytes_max : {0UL, 200'000UL}) {
    for (const bool throws : {false, true}) {
      const auto response = client_.open({.url = server.url("/")});
      ASSERT_TRUE(response) << response.error().text;
      std::size_t taken = 0;
      const auto drained = (*response)->drain([&](Bytes piece) {
        taken += piece.size();
        if (taken <= bytes_max) return true;
        if (throws) throw std::runtime_error("no");
        return false;
      });
      ASSERT_FALSE(drained);
      EXPECT_EQ(drained.error().kind, FailureKind::receiver);
      EXPECT_EQ(drained.error().thrown != nullptr, throws);
      std::array<std::byte, 1> room{};
      EXPECT_FALSE((*response)->read(room));
    }
  }
}

TEST_F(ClientTest, ADrainFailsAfterWhatCameBeforeTheBreak) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  });
  const auto response = client_.open({.url = server.url("/")});
  ASSERT_TRUE(response) << response.error().text;
  std::size_t taken = 0;
  const auto drained = (*response)->drain([&](Bytes piece) {
    taken += piece.size();
    return true;
  });
  ASSERT_FALSE(drained);
  EXPECT_EQ(drained.error().kind, FailureKind::connection);
  EXPECT_EQ(taken, 3U);
}

TEST_F(ClientTest, WhatCannotBeSentIsSaidAtOnce) {
  const auto response = client_.open({.url = "ftp://127.0.0.1/"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, FailureKind::invalid_request);
}

}  // namespace
}  // namespace argot::fetch
