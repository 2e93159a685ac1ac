// One request to S3: signed, sent, and tried again where that may help. Start at perform().
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "blob/s3_location.h"
#include "blob/s3_signature.h"
#include "fetch/backoff.h"
#include "fetch/client.h"
#include "fetch/response.h"

namespace argot::blob {

struct S3ClientOptions {
  S3Location location;
  S3Credentials credentials;
  std::string ca_file;  // "" for the system's authorities
  const Clock& clock;
  Random& random;
  Log& log;
  // How it tries; `clock` is the system's, as what is waited for are its times.
  int tries_max = 5;
  fetch::DoublingBackoff backoff{.initial_interval = std::chrono::milliseconds(100),
                                 .interval_max = std::chrono::milliseconds(4'000)};
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds stall_timeout{20'000};
};

// The SHA-256 of no bytes.
inline constexpr std::string_view s3_empty_sha256 =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct S3Request {
  std::string_view operation;  // as Amazon calls it: "PutObject"
  std::string method = "GET";
  std::string key;  // "" for the bucket
  S3Query query;
  fetch::Headers headers;  // not signed
  fetch::BodySource* body = nullptr;
  std::string payload_sha256 = std::string(s3_empty_sha256);
  std::stop_token stop;
};

// What S3 said at last. An error status is an answer as well.
struct S3Reply {
  int status = 0;
  fetch::Headers headers;
  std::string body;
  std::string code;  // of an error document: "NoSuchKey"

  bool is_success() const { return status >= 200 && status < 300; }
};

struct S3Counters {
  Counter requests;
  Counter retries;
  Counter failures;  // requests that were given up, or refused
  Counter sent_bytes;
  Counter received_bytes;
};

// Thread-safe: each call runs on its caller's thread.
class S3Client {
 public:
  // What `options` borrows must outlive the client.
  explicit S3Client(S3ClientOptions options);

  // Returns the answer with its body, which is no longer than s3_answer_bytes_max. A POST is
  // answered by a document; one that is an error, or no document, is no success whatever the status
  // says. Error: unavailable, where S3 is not to be reached or troubled for longer than we try.
  Result<S3Reply> perform(const S3Request& request);

  // The same, but the caller pulls the body of a success. The client must outlive it.
  Result<std::variant<std::unique_ptr<fetch::Response>, S3Reply>> open(const S3Request& request);

  // Where anybody can GET the object until that time is over.
  std::string url_for(std::string_view key, S3Query query, std::chrono::seconds lifetime) const;

  // The Error of an answer that was not asked for: insufficient_storage where S3 says that the
  // account is full, unavailable otherwise. It is counted and logged.
  Error refusal(const S3Request& request, const S3Reply& reply);

  // From then on every call ends at that time, and is tried once.
  void close_at(SteadyTime time) { closing_at_ = time; }

  const S3Location& location() const { return options_.location; }
  const Clock& clock() const { return options_.clock; }
  int tries_max() const { return options_.tries_max; }
  S3Counters& counters() { return counters_; }

 private:
  // Why a try did not do.
  struct Trouble {
    std::string text;
    bool may_pass = true;
    std::optional<std::chrono::milliseconds> asked_wait;
  };
  static Trouble trouble_of(const fetch::Failure& failure);
  enum class Body { read, left };
  struct Answer {
    S3Reply reply;
    std::unique_ptr<fetch::Response> response;  // null where its body was read
  };

  Result<Answer> try_until_answered(const S3Request& request, Body body);
  std::expected<Answer, Trouble> try_once(const S3Request& request, Body body);
  fetch::Request signed_request(const S3Request& request) const;
  fetch::CallLimits limits_for(const S3Request& request) const;
  bool wait_before(int tries, const Trouble& trouble, const std::stop_token& stop);
  Error note_failure(std::string_view operation, Error error);

  const S3ClientOptions options_;
  fetch::Client client_;
  S3Counters counters_;
  std::atomic<SteadyTime> closing_at_ = SteadyTime::max();
};

}  // namespace argot::blob
