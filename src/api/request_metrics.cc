#include "api/request_metrics.h"

#include <algorithm>

#include "base/assert.h"

namespace argot::api {
namespace {

// From an answer out of memory to an upload over a slow line.
constexpr std::array<double, 15> seconds_bounds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60, 300};

constexpr std::string_view no_route = "none";

// In the order of http::Method.
constexpr std::array<std::string_view, 8> method_names = {"GET",    "HEAD",  "POST",    "PUT",
                                                          "DELETE", "PATCH", "OPTIONS", "other"};
static_assert(method_names.size() == static_cast<std::size_t>(http::Method::other) + 1);

}  // namespace

RequestMetrics::Series::Series() : seconds(seconds_bounds) {}

Counter& RequestMetrics::Series::answered(int status) {
  const int index = status / 100 - 2;
  return answers[static_cast<std::size_t>(
      std::clamp(index, 0, static_cast<int>(answers.size()) - 1))];
}

RequestMetrics::RequestMetrics() : series_(routes().size() + method_names.size()) {
  std::size_t index = 0;
  for (const Route& route : routes()) {
    series_[index].route = route.pattern;
    series_[index++].method = route.method_text;
  }
  for (const std::string_view method : method_names) {
    series_[index].route = no_route;
    series_[index++].method = method;
  }
}

RequestMetrics::Series& RequestMetrics::of_route(const Route& route) {
  const std::ptrdiff_t index = &route - routes().data();
  ASSERT(index >= 0 && static_cast<std::size_t>(index) < routes().size());
  return series_[static_cast<std::size_t>(index)];
}

RequestMetrics::Series& RequestMetrics::without_route(http::Method method) {
  return series_[routes().size() + static_cast<std::size_t>(method)];
}

void RequestMetrics::count_refused_upload(ErrorCode code) {
  const auto index = static_cast<std::size_t>(code);
  // What is behind them never answers a request.
  if (index < refused_uploads_.size()) refused_uploads_[index].add();
}

std::span<const ErrorCode> RequestMetrics::codes() {
  static constexpr auto all = [] {
    std::array<ErrorCode, codes_count> made{};
    for (std::size_t index = 0; index < made.size(); ++index) {
      made[index] = static_cast<ErrorCode>(index);
    }
    return made;
  }();
  return all;
}

std::uint64_t RequestMetrics::refused_uploads(ErrorCode code) const {
  return refused_uploads_.at(static_cast<std::size_t>(code)).value();
}

}  // namespace argot::api
