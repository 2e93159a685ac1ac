// How long a key is refused, by what is wrong with it: whether the time tells an attacker anything.
//
//   build/bench/bench/key_timing [SAMPLES]
//
// Each sample asks an Authenticator over a SQLite catalogue in the system's temporary folder. The
// cases take turns in a random order, so that whatever else the machine does meets all of them
// alike. The table has the median and the quartiles of each, and Welch's t against the first case,
// over the samples below the 90th percentile of all: what lies above is the machine's noise. Below
// 4.5 there is no difference to be seen in so many samples.
//
// Half of a secret must not differ from none. An unknown id does: there is no row to read. Ids are
// public. That every case reaches the same comparison is a test, src/api/auth_time_test.cc.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "api/auth.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/random.h"
#include "catalog/sqlite_catalog.h"
#include "digest/sha256.h"
#include "http/head_parser.h"

namespace argot::api {
namespace {

using Nanoseconds = double;

constexpr std::size_t samples_default = 100'000;
constexpr std::size_t warm_up = 2'000;
constexpr std::size_t keys_per_case = 256;
constexpr std::size_t secret_digits = 44;

struct Case {
  std::string_view name;
  std::vector<std::string> heads;  // of requests with different keys
  std::vector<Nanoseconds> times;
};

std::string head_with(const std::string& key) {
  return "GET /v1/files HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + key + "\r\n\r\n";
}

class Keys {
 public:
  Keys() : folder_(std::filesystem::temp_directory_path() / mint_hex_id("argot-bench-", random_)) {
    std::filesystem::create_directory(folder_);
    catalog_ =
        catalog::SqliteCatalog::open(
            {.path = folder_ / "catalog.db", .clock = clock_, .random = random_, .log = log_})
            .value();
    scope_.organization_id = catalog_->create_organization("bench").value().organization_id;
    authenticator_ = std::make_unique<Authenticator>(*catalog_, clock_, AuthOptions{});
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys() {
    catalog_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string unknown() { return mint_key(random_).text; }

  // Known by its public id; of its secret, so many digits are those that the catalogue has.
  std::string known(std::size_t right_digits) {
    const MintedKey key = mint_key(random_);
    const std::size_t secret_at = key.text.find(key.parts.public_id) + key.parts.public_id.size();
    std::string stored = key.text.substr(secret_at, secret_digits);
    for (std::size_t at = right_digits; at < stored.size(); ++at) {
      stored[at] = stored[at] == '2' ? '3' : '2';
    }
    catalog_
        ->create_key({.public_id = key.parts.public_id,
                      .secret_sha256 = digest::sha256_of(as_bytes(stored)),
                      .scope = scope_,
                      .name = "bench",
                      .permissions = 1,
                      .created_at = clock_.now()})
        .value();
    return key.text;
  }

  Nanoseconds time_of(const http::Request& request) const {
    const auto began = std::chrono::steady_clock::now();
    const bool is_refused = !authenticator_->authenticate(request);
    const auto took = std::chrono::steady_clock::now() - began;
    if (!is_refused) std::abort();
    return std::chrono::duration<double, std::nano>(took).count();
  }

 private:
  SystemClock clock_;
  SystemRandom random_;
  SilentLog log_;
  std::filesystem::path folder_;
  std::unique_ptr<catalog::SqliteCatalog> catalog_;
  catalog::Scope scope_;
  std::unique_ptr<Authenticator> authenticator_;
};

std::vector<Case> make_cases(Keys& keys) {
  std::vector<Case> cases(3);
  cases[0].name = "known id, secret wrong";
  cases[1].name = "known id, half of the secret right";
  cases[2].name = "unknown id";
  for (std::size_t count = 0; count < keys_per_case; ++count) {
    cases[0].heads.push_back(head_with(keys.known(0)));
    cases[1].heads.push_back(head_with(keys.known(secret_digits / 2)));
    cases[2].heads.push_back(head_with(keys.unknown()));
  }
  return cases;
}

void measure(const Keys& keys, std::vector<Case>& cases, std::size_t samples) {
  std::mt19937_64 dice(std::random_device{}());
  std::vector<std::size_t> order(cases.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t round = 0; round < warm_up + samples; ++round) {
    std::ranges::shuffle(order, dice);
    for (const std::size_t number : order) {
      Case& one = cases[number];
      const auto request = http::parse_head(one.heads[dice() % one.heads.size()]).value();
      const Nanoseconds time = keys.time_of(request);
      if (round >= warm_up) one.times.push_back(time);
    }
  }
}

double quantile(std::vector<Nanoseconds> times, double part) {
  const auto place = static_cast<std::ptrdiff_t>(part * static_cast<double>(times.size() - 1));
  std::ranges::nth_element(times, times.begin() + place);
  return times[static_cast<std::size_t>(place)];
}

struct Moments {
  double mean = 0;
  double squared_error = 0;  // of the mean
};

Moments moments_below(const std::vector<Nanoseconds>& times, Nanoseconds bound) {
  std::vector<Nanoseconds> kept;
  std::ranges::copy_if(times, std::back_inserter(kept), [&](auto time) { return time <= bound; });
  const auto count = static_cast<double>(kept.size());
  const double mean = std::accumulate(kept.begin(), kept.end(), 0.0) / count;
  double squares = 0;
  for (const Nanoseconds time : kept) squares += (time - mean) * (time - mean);
  return {.mean = mean, .squared_error = squares / (count - 1) / count};
}

void print(const std::vector<Case>& cases) {
  std::vector<Nanoseconds> all;
  for (const Case& one : cases) all.insert(all.end(), one.times.begin(), one.times.end());
  const Nanoseconds bound = quantile(all, 0.9);
  const Moments first = moments_below(cases.front().times, bound);
  std::cout << "| what is wrong | samples | quartile ns | median ns | quartile ns | Welch's t |\n"
            << "| --- | --- | --- | --- | --- | --- |\n"
            << std::fixed;
  for (const Case& one : cases) {
    const Moments own = moments_below(one.times, bound);
    const double t = (own.mean - first.mean) / std::sqrt(own.squared_error + first.squared_error);
    std::cout << "| " << one.name << " | " << one.times.size() << std::setprecision(0);
    for (const double part : {0.25, 0.5, 0.75}) std::cout << " | " << quantile(one.times, part);
    std::cout << " | " << std::setprecision(1) << t << " |\n";
  }
}

}  // namespace
}  // namespace argot::api

int main(int count, char** arguments) {
  using argot::api::Keys;
  const std::size_t samples =
      count > 1 ? std::strtoull(arguments[1], nullptr, 10) : argot::api::samples_default;
  Keys keys;
  auto cases = argot::api::make_cases(keys);
  argot::api::measure(keys, cases, samples);
  argot::api::print(cases);
}
