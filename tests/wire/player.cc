#include "tests/wire/player.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text.h"

namespace argot::wire {
namespace {

using testing::WireReply;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

Result<> apply(const std::string& name, const std::string& value, WorldSettings& settings) {
  policy::Policy& policy = settings.world.policy;
  const std::uint64_t number = parse_decimal(value).value_or(0);
  if (name == "limits.file_bytes") {
    policy.file_bytes_max = number;
  } else if (name == "limits.upload_bytes") {
    policy.upload_bytes_max = number;
  } else if (name == "limits.batch_file_bytes") {
    policy.batch_file_bytes_max = number;
  } else if (name == "limits.assistants_tokens") {
    policy.assistants_tokens_max = number;
  } else if (name == "tokens.count_records") {
    policy.counts_record_tokens = value == "true";
  } else if (name == "limits.organization_bytes") {
    if (value == "none") {
      policy.organization_bytes_max = std::nullopt;
    } else {
      policy.organization_bytes_max = number;
    }
  } else if (name == "limits.project_bytes") {
    policy.project_bytes_max = number;
  } else if (name == "limits.uploads_per_minute") {
    settings.world.uploads_per_minute = number;
  } else if (name == "downloads.refuse_purposes") {
    const auto purpose = policy::parse_purpose(value);
    if (!purpose) return wrong("there is no purpose " + value);
    policy.refuse_downloads.push_back(*purpose);
  } else if (name == "server.uploads_max") {
    settings.world.uploads_max = number;
  } else if (name == "server.head_timeout_ms") {
    settings.head_timeout = std::chrono::milliseconds(number);
  } else if (name == "store.capacity_bytes") {
    settings.world.capacity_bytes = number;
  } else if (name == "no_auth") {
    settings.world.no_auth = value == "true";
  } else if (name == "validation.mode" && value == "off") {
    policy.mode = policy::ValidationMode::off;
  } else if (name == "validation.mode" && value == "strict") {
    policy.mode = policy::ValidationMode::strict;
  } else {
    return wrong("there is no setting " + name + " " + value);
  }
  return {};
}

std::optional<catalog::Permission> permission_of(std::string_view word) {
  using catalog::Permission;
  if (word == "files_read") return Permission::files_read;
  if (word == "files_write") return Permission::files_write;
  if (word == "files_delete") return Permission::files_delete;
  if (word == "files_internal") return Permission::files_internal;
  return std::nullopt;
}

// The form's bytes, with the variables filled in.
std::string form_body(const Sent& sent, const Variables& variables) {
  std::string body;
  for (const FormPart& part : sent.form) {
    std::string head = filled_in(part.head, variables);
    if (head.empty()) {
      head = "Content-Disposition: form-data; name=\"" + part.name + "\"";
      if (part.filename) head += "; filename=\"" + *part.filename + "\"";
      head += "\r\n";
    }
    body += "--" + sent.boundary + "\r\n";
    body += head;
    body += "\r\n";
    body += filled_in(part.content, variables);
    body += "\r\n";
  }
  return body + "--" + sent.boundary + "--\r\n" + sent.epilogue;
}

}  // namespace

Result<WorldSettings> settings_of(const Transcript& transcript) {
  WorldSettings settings;
  for (const auto& [name, value] : transcript.settings) TRY_DO(apply(name, value, settings));
  return settings;
}

Player::Player(Channel& channel, testing::ApiWorld* world, const std::string& key)
    : channel_(channel), world_(world), variables_{{"key", key}} {
  if (world == nullptr) {
    learn_tenant();
    return;
  }
  variables_["organization"] = world->scope.organization_id;
  variables_["project"] = world->catalog.projects(world->scope.organization_id)->front().id;
}

// A foreign server says in its replies whose key it is.
void Player::learn_tenant() {
  Sent sent;
  sent.text.target = "/v1/files?limit=1";
  const auto reply = channel_.send(bytes_of(sent), false);
  if (!reply) return;
  variables_["organization"] = reply->header("openai-organization");
  variables_["project"] = reply->header("openai-project");
}

std::vector<std::string> Player::play(const Transcript& transcript) {
  for (const Step& step : transcript.steps) {
    line_ = step.line;
    if (const auto* const asked = std::get_if<Exchange>(&step.what)) exchange(*asked);
    if (const auto* const left = std::get_if<Left>(&step.what)) check_left(*left);
    if (const auto* const action = std::get_if<Action>(&step.what)) act(*action);
    if (!problems_.empty()) break;
  }
  return std::exchange(problems_, {});
}

void Player::problem(const std::string& message) {
  problems_.push_back("line " + std::to_string(line_) + ": " + message);
}

// --- One request and its reply -------------------------------------------------------------------

std::string Player::bytes_of(const Sent& sent) const {
  if (!sent.raw.empty()) return filled_in(sent.raw, variables_);
  testing::RequestText text = sent.text;
  text.target = filled_in(text.target, variables_);
  for (http::Header& header : text.headers) header.value = filled_in(header.value, variables_);
  if (sent.key_name) {
    const auto key = variables_.find(*sent.key_name);
    text.key(key == variables_.end() ? *sent.key_name : key->second);
  }
  const bool says_type = std::ranges::any_of(text.headers, [](const http::Header& header) {
    return equals_ignoring_case(header.name, "Content-Type");
  });
  if (!sent.form.empty()) {
    text.body = form_body(sent, variables_);
    if (!says_type) text.header("Content-Type", "multipart/form-data; boundary=" + sent.boundary);
  } else {
    text.body = filled_in(text.body, variables_);
  }
  if (sent.is_chunked) {
    text.header("Transfer-Encoding", "chunked");
    text.body = testing::chunked(text.body, 17);
  }
  return text.bytes();
}

void Player::exchange(const Exchange& exchange) {
  const std::string bytes = bytes_of(exchange.sent);
  const bool to_head = bytes.starts_with("HEAD ");
  const auto reply = channel_.send(bytes, to_head);
  if (!reply) return problem("no whole reply came");
  check_reply(exchange.expected, *reply, to_head);
}

void Player::check_reply(const Expected& expected, const WireReply& reply, bool to_head) {
  if (reply.status != expected.status) {
    problem("the status is " + std::to_string(reply.status) + ", not " +
            std::to_string(expected.status) + "\n" + reply.head + "\n" +
            reply.body.substr(0, 1'000));
    return;
  }
  if (world_ != nullptr) check_usual(reply, to_head);
  for (const auto& [name, pattern] : expected.headers) {
    if (const auto bad = text_mismatch(pattern, reply.header(name), variables_)) {
      problem("the header " + name + " is " + *bad);
    }
  }
  for (const std::string& name : expected.absent_headers) {
    if (!reply.header(name).empty()) problem("the header " + name + " was not expected");
  }
  if (expected.body) {
    if (const auto bad = text_mismatch(*expected.body, reply.body, variables_)) {
      problem("the body is " + *bad);
    }
  }
  if (expected.json) {
    if (!reply.header("Content-Type").ends_with("json")) problem("the Content-Type is not JSON's");
    if (const auto bad = json_mismatch(*expected.json, reply.body, variables_)) {
      problem("in the body " + *bad + "\n" + reply.body.substr(0, 1'000));
    }
  }
}

// What every reply has, whatever the transcript says of it.
void Player::check_usual(const WireReply& reply, bool to_head) {
  Variables none;
  if (text_mismatch("<request_id>", reply.header("x-request-id"), none)) problem("no x-request-id");
  if (text_mismatch("<integer>", reply.header("openai-processing-ms"), none)) {
    problem("no openai-processing-ms");
  }
  if (reply.header("openai-version") != "2020-10-01") problem("no openai-version");
  if (reply.header("X-Content-Type-Options") != "nosniff") problem("no nosniff");
  if (reply.header("Date").empty()) problem("no Date");
  constexpr int error_status_min = 400;
  if (reply.status < error_status_min || to_head) return;
  if (const auto bad = json_mismatch(
          R"({"error": {"message": <string>, "type": <string>, "param": <any>, "code": <any>}})",
          reply.body, none)) {
    problem("the error has no envelope: " + *bad);
  }
}

void Player::check_left(const Left& left) {
  if (world_ == nullptr) return;
  if (world_->blob_count() != left.blobs) {
    problem("there are " + std::to_string(world_->blob_count()) + " blobs");
  }
  if (world_->file_count() != left.rows) {
    problem("there are " + std::to_string(world_->file_count()) + " rows");
  }
}

// --- What happens meanwhile ----------------------------------------------------------------------

void Player::act(const Action& action) {
  const std::vector<std::string>& words = action.words;
  if (world_ == nullptr) return problem("a foreign server cannot be acted upon");
  const std::string verb = words.empty() ? "" : words.front();
  const std::string object = words.size() > 1 ? filled_in(words[1], variables_) : "";
  if (verb == "key" && words.size() > 1) return add_key(words);
  if (verb == "clock") {
    const auto seconds = parse_decimal(object);
    if (!seconds) return problem("expected '* clock SECONDS'");
    world_->clock.advance(std::chrono::seconds(*seconds));
  } else if (verb == "revoke") {
    const auto parts = api::parse_key(variables_[object]);
    if (!parts || !world_->catalog.revoke_key(parts->public_id, world_->clock.now())) {
      problem("there is no key to revoke");
    }
  } else if (verb == "fresh") {
    // It is: every transcript has a service of its own.
  } else if (verb == "fail") {
    fail_catalog(object);
  } else if (verb == "mend") {
    world_->front.mend();
  } else if (verb == "drain") {
    world_->api.set_draining();
  } else if (verb == "lose") {
    const auto file = world_->library.find(world_->scope, object);
    if (!file || !world_->blobs.remove(file->blob)) problem("there is no content to lose");
  } else {
    problem("there is no action '" + verb + "'");
  }
}

// `fail CODE`: from now on every change of the catalogue fails that way.
void Player::fail_catalog(std::string_view code_name) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::key_not_found); ++code) {
    if (name(static_cast<ErrorCode>(code)) != code_name) continue;
    world_->front.fail_changes(static_cast<ErrorCode>(code));
    return;
  }
  problem("there is no error '" + std::string(code_name) + "'");
}

// `key NAME [PERMISSION...] [in project|in organization] [for SECONDS]`
void Player::add_key(const std::vector<std::string>& words) {
  catalog::Scope scope = world_->scope;
  std::uint32_t permissions = 0;
  std::optional<WallTime> expires_at;
  for (std::size_t place = 2; place < words.size(); ++place) {
    const std::string next = place + 1 < words.size() ? words[place + 1] : "";
    if (const auto permission = permission_of(words[place])) {
      permissions |= testing::bits(*permission);
    } else if (words[place] == "in" && next == "organization") {
      scope = world_->add_organization(words[1]);
      ++place;
    } else if (words[place] == "in" && next == "project") {
      scope.project_id = world_->catalog.create_project(scope.organization_id, words[1])->id;
      ++place;
    } else if (words[place] == "for" && parse_decimal(next)) {
      expires_at = world_->clock.now() + std::chrono::seconds(*parse_decimal(next));
      ++place;
    } else {
      return problem("'" + words[place] + "' means nothing for a key");
    }
  }
  if (permissions == 0) permissions = testing::every_permission;
  variables_[words[1]] = world_->add_key(scope, permissions, expires_at);
  variables_[words[1] + "_organization"] = scope.organization_id;
  if (scope.project_id) variables_[words[1] + "_project"] = *scope.project_id;
}

}  // namespace argot::wire
