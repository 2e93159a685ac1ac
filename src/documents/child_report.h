// What the child tells the server besides the text: a few lines on its standard error, which an
// engine that it starts goes on to write to. Both sides of them are here.
//
//   walls TEXT           which walls stand
//   engine TEXT          what reads the document, with its version
//   starts               from now on the lines are the engine's own
//   outcome NAME DETAIL  how it ended
//   failed TEXT          it could not begin, for reasons of the machine
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "documents/verdict.h"

namespace argot::documents {

std::string walls_line(std::string_view walls);
std::string engine_line(std::string_view engine);
std::string starts_line();
std::string outcome_line(const Verdict& verdict);
std::string failed_line(std::string_view text);

// Reads them, in pieces of any size. The child may have been taken over by what it read: lines are
// bounded, and what they can cause is a wrong outcome at most. Not thread-safe.
class ChildReport {
 public:
  void take(std::string_view piece);

  const std::string& walls() const { return walls_; }
  const std::string& engine() const { return engine_; }
  const std::optional<Verdict>& verdict() const { return verdict_; }
  const std::optional<std::string>& failure() const { return failure_; }
  bool is_engine_started() const { return is_engine_started_; }

  // What the engine's lines say.
  bool wants_password() const { return wants_password_; }
  bool is_out_of_memory() const { return is_out_of_memory_; }

 private:
  void take_line(std::string_view line);
  void take_engine_line(std::string_view line);

  std::string line_;
  std::string walls_;
  std::string engine_;
  std::optional<Verdict> verdict_;
  std::optional<std::string> failure_;
  bool is_engine_started_ = false;
  bool wants_password_ = false;
  bool is_out_of_memory_ = false;
};

}  // namespace argot::documents
