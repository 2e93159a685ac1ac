#include "blob/s3_client.h"

#include <algorithm>
#include <utility>

#include "blob/s3_answer.h"
#include "fetch/retry_after.h"
#include "fetch/wait.h"

namespace argot::blob {
namespace {

using std::chrono::milliseconds;

// One for each request that may be under way at once, so that connections are kept.
constexpr std::size_t idle_handles_max = 64;
// How much of a part is handed to the system at a time: less of it wakes both sides more often.
constexpr std::size_t upload_buffer_bytes = 512_KiB;
// A server that asks for more is not waited for.
constexpr milliseconds asked_wait_max{10'000};

constexpr int ok = 200;
constexpr int too_many_requests = 429;
constexpr int insufficient_storage = 507;

// Said with other statuses than those that speak for themselves.
constexpr std::array<std::string_view, 7> passing_codes = {
    "ConditionalRequestConflict", "InternalError", "OperationAborted", "RequestTimeout",
    "ServiceUnavailable",         "SlowDown",      "TooManyRequests"};

bool may_pass(const S3Reply& reply) {
  constexpr std::array passing_statuses = {too_many_requests, 500, 502, 503, 504};
  return std::ranges::find(passing_statuses, reply.status) != passing_statuses.end() ||
         std::ranges::find(passing_codes, reply.code) != passing_codes.end();
}

// Goes into logs: nothing but what Amazon's codes consist of.
std::string code_of(std::string_view text) {
  const auto root = parse_s3_answer(text);
  if (!root || root->name != "Error") return {};
  std::string code(root->text_of("Code"));
  constexpr std::size_t code_bytes_max = 64;
  const bool is_word = std::ranges::all_of(code, [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
  });
  if (code.empty() || code.size() > code_bytes_max || !is_word) return "Error";
  return code;
}

std::string describe_reply(const S3Reply& reply) {
  return std::to_string(reply.status) + (reply.code.empty() ? "" : " " + reply.code);
}

fetch::ClientOptions client_options(const S3ClientOptions& options) {
  fetch::ClientOptions client;
  client.ca_file = options.ca_file;
  client.http_version = fetch::HttpVersion::http_1_1;
  client.upload_buffer_bytes = upload_buffer_bytes;
  client.idle_handles_max = idle_handles_max;
  return client;
}

}  // namespace

S3Client::S3Client(S3ClientOptions options)
    : options_(std::move(options)), client_(client_options(options_), options_.clock) {}

fetch::Request S3Client::signed_request(const S3Request& request) const {
  const S3Location& location = options_.location;
  const std::string host = location.request_host();
  const std::string path = location.path_of(request.key);
  const std::string query = encode_s3_query(request.query);
  fetch::Request signed_one{
      .method = request.method,
      .url = location.scheme + "://" + host + path + (query.empty() ? "" : "?" + query),
      .headers = sign_s3({.method = request.method,
                          .host = host,
                          .path = path,
                          .query = query,
                          .headers = {},
                          .payload_sha256 = request.payload_sha256},
                         options_.credentials, location.region, options_.clock.now()),
      .body = request.body,
      .redirects = fetch::Redirects::manual};
  signed_one.headers.insert(signed_one.headers.end(), request.headers.begin(),
                            request.headers.end());
  return signed_one;
}

std::string S3Client::url_for(std::string_view key, S3Query query,
                              std::chrono::seconds lifetime) const {
  const S3Location& location = options_.location;
  const std::string host = location.request_host();
  const std::string path = location.path_of(key);
  return location.scheme + "://" + host + path + "?" +
         presign_s3({.method = "GET",
                     .host = host,
                     .path = path,
                     .query = std::move(query),
                     .lifetime = lifetime},
                    options_.credentials, location.region, options_.clock.now());
}

fetch::CallLimits S3Client::limits_for(const S3Request& request) const {
  fetch::CallLimits limits{.connect_timeout = options_.connect_timeout,
                           .stall_timeout = options_.stall_timeout,
                           .stop = request.stop};
  if (const SteadyTime closing_at = closing_at_; closing_at != SteadyTime::max()) {
    limits.deadline = closing_at;
  }
  return limits;
}

std::expected<S3Client::Answer, S3Client::Trouble> S3Client::try_once(const S3Request& request,
                                                                      Body body) {
  counters_.requests.add();
  auto opened = client_.open(signed_request(request), limits_for(request));
  if (!opened) {
    counters_.sent_bytes.add(opened.error().outcome.bytes.sent);
    return std::unexpected(trouble_of(opened.error()));
  }
  fetch::Response& response = **opened;
  counters_.sent_bytes.add(response.outcome().bytes.sent);
  Answer answer;
  answer.reply.status = response.head().status;
  answer.reply.headers = response.head().headers;
  if (body == Body::left && answer.reply.is_success()) {
    answer.response = *std::move(opened);
    return answer;
  }
  std::string& text = answer.reply.body;
  const auto drained = response.drain([&text](Bytes piece) {
    text.append(as_text(piece));
    return text.size() <= s3_answer_bytes_max;
  });
  counters_.received_bytes.add(text.size());
  if (!drained) return std::unexpected(trouble_of(drained.error()));
  const bool is_document = request.method == "POST" || !answer.reply.is_success();
  if (is_document) answer.reply.code = code_of(text);
  if (request.method == "POST" && answer.reply.status == ok) {
    // Amazon says 200 before it knows, so that the connection lives while it works.
    if (!parse_s3_answer(text)) {
      return std::unexpected(Trouble{.text = "the answer is no document"});
    }
    if (!answer.reply.code.empty()) answer.reply.status = 500;
  }
  if (!may_pass(answer.reply)) return answer;
  return std::unexpected(
      Trouble{.text = describe_reply(answer.reply),
              .asked_wait = fetch::asked_wait(answer.reply.headers, options_.clock.now())});
}

S3Client::Trouble S3Client::trouble_of(const fetch::Failure& failure) {
  const bool may_pass = failure.kind == fetch::FailureKind::connection ||
                        failure.kind == fetch::FailureKind::timed_out;
  return {.text = failure.text, .may_pass = may_pass};
}

bool S3Client::wait_before(int tries, const Trouble& trouble, const std::stop_token& stop) {
  const bool is_closing = closing_at_.load() != SteadyTime::max();
  if (!trouble.may_pass || tries == options_.tries_max || is_closing) return false;
  const auto wait = fetch::choose_wait(
      {.backoff = options_.backoff.wait(tries - 1, fetch::chance_of(options_.random)),
       .asked = trouble.asked_wait,
       .asked_max = asked_wait_max,
       .remaining = std::nullopt});
  if (!wait) return false;
  return fetch::wait_until(options_.clock.steady() + *wait, stop) == fetch::Waited::reached;
}

Result<S3Client::Answer> S3Client::try_until_answered(const S3Request& request, Body body) {
  for (int tries = 1;; ++tries) {
    auto answer = try_once(request, body);
    if (answer) return *std::move(answer);
    const bool goes_on = wait_before(tries, answer.error(), request.stop) &&
                         (request.body == nullptr || request.body->rewind());
    if (goes_on) {
      counters_.retries.add();
      continue;
    }
    // Whoever stopped it knows, and nothing has failed.
    if (request.stop.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
    return fail(note_failure(request.operation,
                             Error{.code = ErrorCode::unavailable, .detail = answer.error().text}));
  }
}

Result<S3Reply> S3Client::perform(const S3Request& request) {
  TRY(Answer answer, try_until_answered(request, Body::read));
  return std::move(answer.reply);
}

Result<std::variant<std::unique_ptr<fetch::Response>, S3Reply>> S3Client::open(
    const S3Request& request) {
  TRY(Answer answer, try_until_answered(request, Body::left));
  if (answer.response) return std::move(answer.response);
  return std::move(answer.reply);
}

Error S3Client::refusal(const S3Request& request, const S3Reply& reply) {
  const bool is_full = reply.status == insufficient_storage || reply.code == "QuotaExceeded";
  return note_failure(request.operation, Error{.code = is_full ? ErrorCode::insufficient_storage
                                                               : ErrorCode::unavailable,
                                               .detail = describe_reply(reply)});
}

Error S3Client::note_failure(std::string_view operation, Error error) {
  counters_.failures.add();
  options_.log.warning("store_failed",
                       {{"operation", operation}, {"error", std::string_view(error.detail)}});
  error.detail = "S3 " + std::string(operation) + ": " + error.detail;
  return error;
}

}  // namespace argot::blob
