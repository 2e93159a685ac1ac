// Metrics as text: the exposition format of Prometheus, version 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/metrics.h"

namespace argot {

enum class MetricType { counter, gauge, histogram };

// Metrics of one name.
struct MetricFamily {
  std::string_view name;
  MetricType type = MetricType::gauge;
  std::string_view help;  // one sentence
};

struct MetricLabel {
  std::string_view name;
  std::string_view value;
};

// Calls match ( begin add* )* take. What the format has no way to say (a name with other characters
// than letters, digits and `_`, a counter that is not called `..._total`) ends the process.
class MetricsText {
 public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  using Labels = std::initializer_list<MetricLabel>;

  // What add() adds belongs to `family` from now on.
  void begin(const MetricFamily& family);

  void add(std::uint64_t value, Labels labels = {});
  void add(double value, Labels labels = {});
  void add(const HistogramValues& values, Labels labels = {});

  std::string take() { return std::move(text_); }

 private:
  void line(std::string_view suffix, Labels labels, std::string_view bound, std::string_view value);

  std::string text_;
  std::string name_;  // of the family that was begun last
  MetricType type_ = MetricType::gauge;
};

}  // namespace argot
