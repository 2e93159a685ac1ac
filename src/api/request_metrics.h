// What is counted of requests. Labels come from closed sets, so that no client can make them grow:
// the table of routes, the methods that http/ knows, classes of statuses, our own error codes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "api/routes.h"
#include "base/error.h"
#include "base/metrics.h"
#include "http/message.h"

namespace argot::api {

// Thread-safe.
class RequestMetrics {
 public:
  static constexpr std::array<std::string_view, 4> status_classes = {"2xx", "3xx", "4xx", "5xx"};

  // The requests of one route, or of one method where there is no route.
  struct Series {
    Series();

    // The counter of the class that `status` is in.
    Counter& answered(int status);

    std::string_view route;   // "/files/{file_id}"; "none" where nothing is served
    std::string_view method;  // "GET"; "other" for what http/ has no name for
    std::array<Counter, status_classes.size()> answers;  // in the order of status_classes
    Counter abandoned;                                   // that broke off before their reply
    Histogram seconds;                                   // from the head to the reply
  };

  RequestMetrics();

  // `route` is one of routes().
  Series& of_route(const Route& route);
  Series& without_route(http::Method method);
  std::span<const Series> series() const { return series_; }

  void count_refused_upload(ErrorCode code);

  // Every code that can reach a client.
  static std::span<const ErrorCode> codes();
  // `code` is one of codes().
  std::uint64_t refused_uploads(ErrorCode code) const;

 private:
  static constexpr std::size_t codes_count = static_cast<std::size_t>(ErrorCode::internal) + 1;

  std::vector<Series> series_;  // of the routes in their order, then of the methods
  std::array<Counter, codes_count> refused_uploads_;
};

}  // namespace argot::api
