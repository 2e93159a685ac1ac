#include "tests/crash/oracle.h"

#include <sstream>

#include "base/assert.h"

namespace argot::crash {

void Oracle::hear(std::string_view remark) {
  ++heard_;
  std::istringstream words{std::string(remark)};
  std::string what;
  std::string name;
  words >> what >> name;
  if (what == "clock") {
    clock_ms_ = std::stoll(name);
  } else if (what == "create") {
    Request request;
    words >> request.bytes >> request.sha256;
    ASSERT(requests_.try_emplace(name, request).second);
  } else if (what == "created") {
    Request& request = requests_.at(name);
    request.answer = Answer::acknowledged;
    words >> request.id >> request.expires_at;
  } else if (what == "acknowledged") {
    requests_.at(name).answer = Answer::acknowledged;
  } else if (what == "refused") {
    requests_.at(name).answer = Answer::refused;
  } else if (what == "delete") {
    doomed_.insert(name);
  } else if (what == "deleted") {
    deleted_.insert(name);
  } else if (what == "kept") {
    doomed_.erase(name);
  } else {
    ASSERT(what == "fail-stop");
  }
}

bool Oracle::may_be_gone(const Request& request) const {
  const bool has_expired =
      request.expires_at != 0 && clock_ms_ && request.expires_at <= *clock_ms_ / 1000;
  return has_expired || doomed_.contains(request.id);
}

void Oracle::judge(const std::string& name, const Request& request,
                   const std::vector<const catalog::File*>& found,
                   std::vector<std::string>& contradictions) const {
  const auto contradict = [&](const char* what) { contradictions.push_back(what + (" " + name)); };
  if (found.empty()) {
    const bool must_be_there = request.answer == Answer::acknowledged && !may_be_gone(request);
    if (must_be_there) contradict("I4: an acknowledged create is lost:");
    return;
  }
  if (request.answer == Answer::refused) contradict("I6: a refused create is visible:");
  if (found.size() > 1) contradict("I11: one create has several files:");
  const catalog::File& file = *found.front();
  if (!request.id.empty() && file.id != request.id) contradict("I4: the id is another one:");
  if (file.bytes != request.bytes || file.sha256.hex() != request.sha256) {
    contradict("I4: the row tells of other content:");
  }
  if (deleted_.contains(file.id)) contradict("I5: an acknowledged delete has come back:");
  if (file.expires_at && clock_ms_ && *file.expires_at <= *clock_ms_ / 1000) {
    contradict("I12: an expired file is visible:");
  }
}

std::vector<std::string> Oracle::contradictions(const std::vector<catalog::File>& listed) const {
  std::vector<std::string> contradictions;
  std::map<std::string, std::vector<const catalog::File*>> by_name;
  for (const catalog::File& file : listed) {
    if (!requests_.contains(file.filename)) {
      contradictions.push_back("I4: nobody asked for the file " + file.filename);
    }
    by_name[file.filename].push_back(&file);
  }
  for (const auto& [name, request] : requests_) {
    judge(name, request, by_name[name], contradictions);
  }
  return contradictions;
}

}  // namespace argot::crash
