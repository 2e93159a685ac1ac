// Plays a transcript over a channel and says what did not come back as written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/api_world.h"
#include "tests/wire/channel.h"
#include "tests/wire/pattern.h"
#include "tests/wire/transcript.h"

namespace argot::wire {

// What `* set` lines ask for. Error: invalid_request.
struct WorldSettings {
  testing::ApiWorldOptions world;
  std::chrono::milliseconds head_timeout = limits::head_timeout;  // of the socket's server
};
Result<WorldSettings> settings_of(const Transcript& transcript);

// One conversation. `channel` and `world` must outlive it.
class Player {
 public:
  // `world` is null where the server is a foreign one: then actions fail and what is left behind is
  // not looked at. `key` is what requests show unless they say otherwise.
  Player(Channel& channel, testing::ApiWorld* world, const std::string& key);

  // What went wrong, each with its line. Stops at the first step whose later ones depend on it.
  std::vector<std::string> play(const Transcript& transcript);

 private:
  // Each of them appends to problems_.
  void exchange(const Exchange& exchange);
  void check_reply(const Expected& expected, const testing::WireReply& reply, bool to_head);
  void check_usual(const testing::WireReply& reply, bool to_head);
  void check_left(const Left& left);
  void act(const Action& action);
  void fail_catalog(std::string_view code_name);
  void add_key(const std::vector<std::string>& words);

  void learn_tenant();
  std::string bytes_of(const Sent& sent) const;
  void problem(const std::string& message);

  Channel& channel_;
  testing::ApiWorld* world_;
  Variables variables_;
  std::size_t line_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace argot::wire
