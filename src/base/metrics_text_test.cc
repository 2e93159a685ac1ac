#include "base/metrics_text.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace argot {
namespace {

constexpr MetricFamily requests{
    .name = "requests_total", .type = MetricType::counter, .help = "Requests."};
constexpr MetricFamily level{.name = "level", .type = MetricType::gauge, .help = "A level."};
constexpr MetricFamily seconds{
    .name = "wait_seconds", .type = MetricType::histogram, .help = "Waits."};

// The line of one gauge with that value.
template <typename Value>
std::string gauge_line(Value value) {
  MetricsText text;
  text.begin(level);
  text.add(value);
  const std::string all = text.take();
  return all.substr(all.find("\nlevel ") + 1);
}

TEST(MetricsText, AFamilyHasItsHelpItsTypeAndItsSamples) {
  MetricsText text;
  text.begin(requests);
  text.add(std::uint64_t{7}, {{"method", "GET"}, {"status", "2xx"}});
  text.add(std::uint64_t{0}, {{"method", "PUT"}, {"status", "4xx"}});
  text.begin(level);
  text.add(1.5);
  EXPECT_EQ(text.take(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{method=\"GET\",status=\"2xx\"} 7\n"
            "requests_total{method=\"PUT\",status=\"4xx\"} 0\n"
            "# HELP level A level.\n"
            "# TYPE level gauge\n"
            "level 1.5\n");
}

TEST(MetricsText, BucketsOfAHistogramAreCumulative) {
  constexpr std::array<double, 2> bounds = {0.005, 1};
  Histogram histogram(bounds);
  for (const double value : {0.001, 0.005, 0.5, 7.0}) histogram.observe(value);
  MetricsText text;
  text.begin(seconds);
  text.add(histogram.values(), {{"route", "/files"}});
  EXPECT_EQ(text.take(),
            "# HELP wait_seconds Waits.\n"
            "# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{route=\"/files\",le=\"0.005\"} 2\n"
            "wait_seconds_bucket{route=\"/files\",le=\"1\"} 3\n"
            "wait_seconds_bucket{route=\"/files\",le=\"+Inf\"} 4\n"
            "wait_seconds_sum{route=\"/files\"} 7.506\n"
            "wait_seconds_count{route=\"/files\"} 4\n");
}

TEST(MetricsText, EscapesWhatWouldEndALineOrALabel) {
  MetricsText text;
  text.begin({.name = "odd", .type = MetricType::gauge, .help = "a \\ \"b\"\nc"});
  text.add(std::uint64_t{1}, {{"name", "a \\ \"b\"\nc{}=,"}});
  EXPECT_EQ(text.take(),
            "# HELP odd a \\\\ \"b\"\\nc\n"
            "# TYPE odd gauge\n"
            "odd{name=\"a \\\\ \\\"b\\\"\\nc{}=,\"} 1\n");
}

TEST(MetricsText, NumbersReadBackAsTheyAre) {
  EXPECT_EQ(gauge_line(std::numeric_limits<std::uint64_t>::max()), "level 18446744073709551615\n");
  EXPECT_EQ(gauge_line(0.1), "level 0.1\n");
  EXPECT_EQ(gauge_line(-2.0), "level -2\n");
  EXPECT_EQ(gauge_line(1e300), "level 1e+300\n");
  EXPECT_EQ(gauge_line(std::numeric_limits<double>::infinity()), "level +Inf\n");
  EXPECT_EQ(gauge_line(-std::numeric_limits<double>::infinity()), "level -Inf\n");
  EXPECT_EQ(gauge_line(std::numeric_limits<double>::quiet_NaN()), "level NaN\n");
}

TEST(MetricsTextDeathTest, WhatTheFormatCannotSayIsAMistakeOfOurs) {
  MetricsText text;
  const auto begin = [&text](std::string_view name, MetricType type) {
    text.begin({.name = name, .type = type, .help = "x"});
  };
  EXPECT_DEATH(begin("", MetricType::gauge), "is_name");
  EXPECT_DEATH(begin("9lives", MetricType::gauge), "is_name");
  EXPECT_DEATH(begin("a-b", MetricType::gauge), "is_name");
  EXPECT_DEATH(begin("requests", MetricType::counter), "_total");
  EXPECT_DEATH(begin("requests_total", MetricType::gauge), "_total");
  EXPECT_DEATH(text.add(1.0), "name_");
  text.begin(level);
  EXPECT_DEATH(text.add(1.0, {{"a b", "x"}}), "is_name");
  EXPECT_DEATH(text.add(1.0, {{"__name", "x"}}), "__");
  EXPECT_DEATH(text.add(HistogramValues{}), "histogram");
}

}  // namespace
}  // namespace argot
