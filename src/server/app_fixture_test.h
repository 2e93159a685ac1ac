// A whole server in the test's own process, over a folder of its own, with a client for each of its
// two listeners.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/app.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::server {

class AppFixture : public ::testing::Test {
 protected:
  AppFixture() {
    settings_.data = data_;
    settings_.listen.port = 0;
    settings_.server_loops = 1;
    settings_.server_workers = 2;
  }

  void start() {
    auto app = App::open(settings_, log_, [] {});
    ASSERT_TRUE(app) << app.error().detail;
    app_ = *std::move(app);
    if (app_->new_key()) key_ = *app_->new_key();
  }

  std::string admin() const { return app_->admin_address(); }

  // One request on a connection of its own; a reply of status 0 if the connection broke.
  static argot::testing::WireReply send(const std::string& address, const std::string& bytes,
                                        bool to_head = false) {
    argot::testing::SocketClient client(address);
    client.send(bytes);
    return client.read_reply(to_head).value_or(argot::testing::WireReply());
  }

  // One request on the public listener, with the first key.
  argot::testing::WireReply request(const std::string& method, const std::string& target,
                                    const std::string& more_headers = "",
                                    const std::string& body = "") {
    const std::string length =
        method == "POST" ? "Content-Length: " + std::to_string(body.size()) + "\r\n" : "";
    const std::string authorization = "Authorization: Bearer " + key_ + "\r\n";
    return send(app_->url().substr(std::string("http://").size()),
                method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + authorization + length +
                    more_headers + "\r\n" + body);
  }

  argot::testing::WireReply upload(const std::string& content,
                                   const std::string& purpose = "user_data") {
    return request("POST", "/v1/files", "Content-Type: multipart/form-data; boundary=b\r\n",
                   "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" + purpose +
                       "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; "
                       "filename=\"notes.txt\"\r\n\r\n" +
                       content + "\r\n--b--\r\n");
  }

  // The id of a new file.
  std::string add_file(const std::string& content) { return id_in(upload(content).body); }

  static std::string id_in(const std::string& body) {
    const std::string before = "\"id\": \"";
    const std::size_t begin = body.find(before);
    if (begin == std::string::npos) {
      ADD_FAILURE() << body;
      return "";
    }
    const std::size_t from = begin + before.size();
    return body.substr(from, body.find('"', from) - from);
  }

  // In memory: a start syncs hundreds of folders.
  argot::testing::TempFolder folder_{argot::testing::TempFolder::in_memory()};
  std::string data_ = folder_ / "data";
  SilentLog log_;
  Settings settings_;
  std::string key_;
  std::unique_ptr<App> app_;
};

}  // namespace argot::server
