// One child: started with three descriptors, an empty environment and default signals, and gone
// when the object is.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace argot::documents {

struct ChildCommand {
  std::string program;
  std::vector<std::string> arguments;  // the program's name first
};

// Not thread-safe.
class ChildProcess {
 public:
  // Starts it with `input` as its descriptor 0; the caller keeps its own.
  static Result<std::unique_ptr<ChildProcess>> start(const ChildCommand& command, int input);

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Kills it, if it was not reaped, and waits for its end, which is then near.
  ~ChildProcess();

  // What it writes to its descriptors 1 and 2.
  int output() const { return output_.get(); }
  int report() const { return report_.get(); }

  // Readable once it has ended.
  int end() const { return end_.get(); }

  // Waits for its end and returns the status, as waitpid() does.
  int reap();

 private:
  ChildProcess(pid_t process, UniqueFd output, UniqueFd report)
      : process_(process), output_(std::move(output)), report_(std::move(report)) {}

  pid_t process_;
  bool is_reaped_ = false;
  int status_ = 0;
  UniqueFd output_;
  UniqueFd report_;
  UniqueFd end_;
};

}  // namespace argot::documents
