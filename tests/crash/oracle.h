// What a client knows after a run: which files it asked for, what the answers were, and what may
// therefore be there after a crash. The reference that a recovered server is held against.
//
// It is fed with remarks, one line each, that a workload leaves in the operation log:
//
//   clock MS                      what time it is
//   create NAME BYTES SHA256      asked for; names are never used twice
//   created NAME ID EXPIRES_AT    answered with 200; 0: never expires
//   acknowledged NAME             answered with 200, without knowing more
//   refused NAME                  answered with an error: it must never be seen
//   delete ID | deleted ID | kept ID    asked for; answered with 200; refused
//
// A request without an answer, or with one that says the outcome is unknown, may have had its
// effect or not.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/records.h"

namespace argot::crash {

class Oracle {
 public:
  void hear(std::string_view remark);

  // The last time that was told; nothing: none was.
  std::optional<std::int64_t> clock_ms() const { return clock_ms_; }
  const std::set<std::string>& deleted() const { return deleted_; }
  // How many remarks there were.
  std::uint64_t heard() const { return heard_; }

  // Compares with everything that is listed after a recovery. One line for each contradiction,
  // beginning with the invariant of README.md.
  std::vector<std::string> contradictions(const std::vector<catalog::File>& listed) const;

 private:
  enum class Answer { none, acknowledged, refused };

  struct Request {
    std::uint64_t bytes = 0;
    std::string sha256;
    Answer answer = Answer::none;
    std::string id;               // empty: not known
    std::int64_t expires_at = 0;  // 0: never
  };

  void judge(const std::string& name, const Request& request,
             const std::vector<const catalog::File*>& found,
             std::vector<std::string>& contradictions) const;
  bool may_be_gone(const Request& request) const;

  std::map<std::string, Request> requests_;
  std::set<std::string> doomed_;  // ids whose delete has been asked for, and not refused
  std::set<std::string> deleted_;
  std::optional<std::int64_t> clock_ms_;
  std::uint64_t heard_ = 0;
};

}  // namespace argot::crash
