#include "jsonl/batch_checker.h"

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/quoting.h"

namespace argot::jsonl {
namespace {

using json::Item;
using json::Kind;

constexpr auto endpoints = std::to_array<std::string_view>(
    {"/v1/responses", "/v1/chat/completions", "/v1/embeddings", "/v1/completions",
     "/v1/moderations", "/v1/images/generations", "/v1/images/edits", "/v1/videos"});
constexpr std::string_view chat_endpoint = "/v1/chat/completions";
constexpr auto methods = std::to_array<std::string_view>({"POST"});

// Whether the ids of the record of that number and of those before it are compared.
bool is_compared(std::uint64_t record) { return record <= limits::batch_requests_max + 1; }

}  // namespace

std::span<const std::string_view> batch_endpoints() { return endpoints; }

// Walks one request and notes what it says.
class BatchChecker::RequestWalk : public Checks {
 public:
  RequestWalk(Walk& walk, Request& request, IdSet& ids)
      : Checks(walk), request_(request), ids_(ids) {}

  void record(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<RequestWalk>>({{"custom_id", &RequestWalk::custom_id, true},
                                            {"method", &RequestWalk::method, true},
                                            {"url", &RequestWalk::url, true},
                                            {"body", &RequestWalk::body, true}});
    open_object(*this, item, members);
    if (request_.url != chat_endpoint || body_token_.empty() || has_messages_) return;
    body_lacks("messages", "/body");
  }

 private:
  // Whether it is a string, of which `text` and `token` are then noted.
  bool note(const Item& item, std::string_view& text, std::string_view& token) {
    if (!walk().expect(item, Kind::string)) return false;
    text = walk().text(item);
    token = item.token();
    return true;
  }

  void custom_id(const Item& item) {
    if (!note(item, request_.custom_id, request_.custom_id_token)) return;
    walk().leave_gap(item, Gap::Kind::id);
    if (!is_compared(walk().place().record)) return;
    request_.custom_id_digest = ids_.expect(request_.custom_id);
  }
  void model(const Item& item) { note(item, request_.model, request_.model_token); }
  void method(const Item& item) { one_of(item, methods); }

  void url(const Item& item) {
    if (!note(item, request_.url, request_.url_token)) return;
    if (std::ranges::find(endpoints, request_.url) != endpoints.end()) return;
    walk().error("invalid_url", item.token(), [&] {
      return "Invalid value: " + python_repr(shortened(request_.url)) +
             ". Supported values are: " + listed(endpoints) + ".";
    });
    request_.url = {};
  }

  void body(const Item& item) {
    static constexpr auto members =
        std::to_array<Member<RequestWalk>>({{"model", &RequestWalk::model, true},
                                            {"messages", &RequestWalk::messages},
                                            {"stream", &RequestWalk::stream}});
    if (!walk().expect(item, Kind::object)) return;
    body_token_ = item.token();
    check_members(
        *this, item, members, [](std::string_view, std::string_view) {},
        [&](std::string_view key) { body_lacks(key, {}); });
  }

  // Upstream names the parameters of a body without it.
  void body_lacks(std::string_view key, std::string_view below) {
    walk().error("missing_required_parameter", body_token_, below,
                 [&] { return "Missing required parameter: " + python_repr(key) + "."; });
  }

  void messages(const Item& item) {
    has_messages_ = true;
    any(item);
  }

  void stream(const Item& item) {
    any(item);
    if (item.token() != "true") return;
    walk().error("streaming_unsupported", item.token(), [] {
      return std::string("Chat Completions: Streaming is not supported in the Batch API.");
    });
  }

  Request& request_;
  IdSet& ids_;
  std::string_view body_token_;
  bool has_messages_ = false;
};

void BatchChecker::walk(Walk& walk, const Item& record) {
  request_ = {};
  RequestWalk(walk, request_, ids_).record(record);
}

void BatchChecker::keep(Walk& walk, Statistics& statistics) {
  if (is_compared(walk.place().record)) keep_id(walk);
  keep_url(walk, statistics);
  keep_model(walk, statistics);
}

// A record without problems has all that is asked of it.
Facts BatchChecker::facts() const {
  return {.url = std::string(request_.url), .model = std::string(request_.model)};
}

bool BatchChecker::keep_like(const Patterns::Match& match, std::uint64_t record,
                             Statistics& statistics) {
  if (match.id.contains('\\')) return false;
  // Whoever walks the record then has the words for it.
  if (is_compared(record) && !ids_.insert(match.id_digest)) return false;
  statistics.endpoints.add(match.facts->url);
  statistics.models.add(match.facts->model);
  return true;
}

void BatchChecker::finish(std::uint64_t records, ProblemLog& log) {
  if (records <= limits::batch_requests_max) return;
  log.add(Severity::error, "too_many_tasks", [&] {
    return Problem{.code = "too_many_tasks",
                   .message = "Expected at most " + std::to_string(limits::batch_requests_max) +
                              " requests in a batch, but got " + std::to_string(records) + "."};
  });
}

void BatchChecker::keep_id(Walk& walk) {
  if (request_.custom_id_token.empty() || ids_.insert(request_.custom_id_digest)) return;
  walk.error("duplicate_custom_id", request_.custom_id_token, "/custom_id", [&] {
    return "The custom_id " + python_repr(shortened(request_.custom_id)) +
           " for this request is a duplicate of another request. The custom_id parameter must be "
           "unique for each request in a batch.";
  });
}

void BatchChecker::keep_url(Walk& walk, Statistics& statistics) {
  if (request_.url.empty()) return;
  statistics.endpoints.add(request_.url);
  if (url_.empty()) {
    url_ = request_.url;
    url_line_ = walk.place().line;
  }
  if (request_.url == url_) return;
  walk.error("invalid_url", request_.url_token, "/url", [&] {
    return "The URL provided for this request does not match the batch endpoint. Expected '" +
           url_ + "' as on line " + std::to_string(url_line_) + ", but got '" +
           std::string(request_.url) + "'.";
  });
}

void BatchChecker::keep_model(Walk& walk, Statistics& statistics) {
  if (request_.model_token.empty()) return;
  statistics.models.add(request_.model);
  if (!model_) {
    model_ = shortened(request_.model);
    model_bytes_ = request_.model.size();
  }
  if (request_.model.size() == model_bytes_ && request_.model.starts_with(*model_)) return;
  walk.error("mismatched_model", request_.model_token, "/body/model", [&] {
    return "The model " + python_repr(shortened(request_.model)) +
           " for this request does not match the rest of the batch. Each batch must contain "
           "requests for a single model.";
  });
}

}  // namespace argot::jsonl
