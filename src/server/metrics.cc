#include "server/metrics.h"

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "base/metrics_text.h"
#include "server/process_facts.h"

namespace argot::server {
namespace {

#if defined(__clang__)
constexpr std::string_view compiler = "clang " __clang_version__;
#else
constexpr std::string_view compiler = "gcc " __VERSION__;
#endif

using api::RequestMetrics;
using enum MetricType;

// A metric with one sample.
template <typename Number>
void put(MetricsText& text, const MetricFamily& family, const Number& value) {
  text.begin(family);
  text.add(value);
}

void put_requests(MetricsText& text, const RequestMetrics& requests) {
  text.begin({"argot_http_requests_total", counter, "Requests that got a reply."});
  for (const RequestMetrics::Series& series : requests.series()) {
    for (std::size_t index = 0; index < series.answers.size(); ++index) {
      text.add(series.answers.at(index).value(),
               {{"route", series.route},
                {"method", series.method},
                {"status", RequestMetrics::status_classes.at(index)}});
    }
  }
  text.begin({"argot_http_requests_abandoned_total", counter,
              "Requests whose body broke off, or could not be read, before their reply."});
  for (const RequestMetrics::Series& series : requests.series()) {
    text.add(series.abandoned.value(), {{"route", series.route}, {"method", series.method}});
  }
  text.begin({"argot_http_request_duration_seconds", histogram,
              "Time from the head of a request until its reply is ready."});
  for (const RequestMetrics::Series& series : requests.series()) {
    text.add(series.seconds.values(), {{"route", series.route}, {"method", series.method}});
  }
}

void put_traffic(MetricsText& text, const MetricSources& sources) {
  const net::ServerCounters& counters = sources.server.counters();
  put(text, {"argot_http_received_bytes_total", counter, "Bytes received on the public listener."},
      counters.received_bytes.value());
  put(text, {"argot_http_sent_bytes_total", counter, "Bytes sent on the public listener."},
      counters.sent_bytes.value());
  put(text, {"argot_http_connections_total", counter, "Connections that were served."},
      counters.connections.value());
  put(text,
      {"argot_http_connections_refused_total", counter,
       "Connections that were turned away because there were too many."},
      counters.connections_refused.value());
  put(text, {"argot_http_connections", gauge, "Connections that are open."},
      std::uint64_t{sources.server.connections()});
  put(text, {"argot_http_connections_limit", gauge, "How many connections may be open at once."},
      sources.connections_max);
}

void put_uploads(MetricsText& text, const MetricSources& sources) {
  put(text, {"argot_uploads_in_flight", gauge, "Uploads under way."},
      std::uint64_t{sources.api.uploads_in_flight()});
  put(text, {"argot_uploads_in_flight_limit", gauge, "How many uploads may be under way at once."},
      sources.uploads_max);
  text.begin({"argot_uploads_refused_total", counter, "Uploads that were answered with an error."});
  for (const ErrorCode code : RequestMetrics::codes()) {
    text.add(sources.api.metrics().refused_uploads(code), {{"code", name(code)}});
  }
}

// A metric with one sample, or none.
template <typename Number>
void put(MetricsText& text, const MetricFamily& family, const std::optional<Number>& value) {
  text.begin(family);
  if (value) text.add(*value);
}

void put_catalog(MetricsText& text, const MetricSources& sources) {
  std::optional<catalog::WriterStats> stats;
  if (sources.database != nullptr) stats = sources.database->stats();
  const auto of_writer = [&stats](auto field) {
    return stats ? std::optional(std::invoke(field, *stats)) : std::nullopt;
  };
  using Stats = catalog::WriterStats;
  put(text,
      {"argot_catalog_changes_total", counter, "Changes of the catalogue that were asked for."},
      of_writer(&Stats::operations));
  put(text,
      {"argot_catalog_commits_total", counter,
       "Commits that succeeded, each of a group of changes."},
      of_writer(&Stats::commits));
  put(text, {"argot_catalog_commit_changes", histogram, "Changes that shared a commit."},
      of_writer(&Stats::commit_operations));
  put(text,
      {"argot_catalog_commit_duration_seconds", histogram,
       "Time that a commit took, its sync of the disk included."},
      of_writer(&Stats::commit_seconds));
  put(text,
      {"argot_catalog_checkpoints_total", counter,
       "Attempts to move the catalogue's log into the database."},
      of_writer(&Stats::checkpoints));
}

void put_storage(MetricsText& text, const MetricSources& sources) {
  const auto used = sources.catalog.total_usage();
  text.begin({"argot_stored_bytes", gauge, "Bytes of all files, as quotas count them."});
  if (used) text.add(used->bytes);
  text.begin({"argot_stored_files", gauge, "Files of all organizations."});
  if (used) text.add(used->files);

  const auto space = sources.blobs.space();
  text.begin({"argot_storage_available_bytes", gauge, "What the disk of the content has left."});
  if (space) text.add(space->available_bytes);
  text.begin({"argot_storage_size_bytes", gauge, "How large the disk of the content is."});
  if (space) text.add(space->total_bytes);
}

void put_s3(MetricsText& text, const blob::S3Counters& s3) {
  put(text, {"argot_s3_requests_total", counter, "Requests to S3, each try of one."},
      s3.requests.value());
  put(text, {"argot_s3_retries_total", counter, "Requests to S3 that were made again."},
      s3.retries.value());
  put(text, {"argot_s3_failures_total", counter, "Requests to S3 that were refused or given up."},
      s3.failures.value());
  put(text, {"argot_s3_sent_bytes_total", counter, "Bytes of content that were sent to S3."},
      s3.sent_bytes.value());
  put(text, {"argot_s3_received_bytes_total", counter, "Bytes that S3 answered with."},
      s3.received_bytes.value());
}

void put_sweeps(MetricsText& text, const MetricSources& sources) {
  const files::SweepCounters& swept = sources.sweeper.counters();
  text.begin(
      {"argot_sweep_removed_total", counter,
       "What was cleared away: expired files and uploads, their content and that of deleted files, "
       "orphaned content."});
  text.add(swept.expired.value(), {{"what", "expired"}});
  text.add(swept.uploads.value(), {{"what", "uploads"}});
  text.add(swept.garbage.value(), {{"what", "garbage"}});
  text.add(swept.orphans.value(), {{"what", "orphans"}});
  put(text, {"argot_sweep_failures_total", counter, "Sweeps that ended in an error."},
      sources.housekeeper.failures());
}

void put_scrub(MetricsText& text, const MetricSources& sources) {
  const files::ScrubCounters& scrub = sources.scrubber.counters();
  put(text, {"argot_scrub_files_total", counter, "Files that were read to be compared."},
      scrub.files.value());
  put(text, {"argot_scrub_bytes_total", counter, "Bytes that were read to be compared."},
      scrub.bytes.value());
  put(text,
      {"argot_scrub_damaged_files_total", counter,
       "Files that were found damaged or missing by it."},
      scrub.damaged.value());
  put(text, {"argot_scrub_rounds_total", counter, "Rounds over all that is stored that ended."},
      scrub.rounds.value());
}

void put_documents(MetricsText& text, const MetricSources& sources) {
  const auto waiting = sources.catalog.waiting_files();
  text.begin(
      {"argot_documents_waiting", gauge,
       "Files that are still to be read: for their text, or for the digest of several parts."});
  if (waiting) text.add(*waiting);
  const files::DocumentCounters& read = sources.documents.counters();
  text.begin({"argot_documents_total", counter, "Documents that were read, by how that ended."});
  for (const documents::Outcome outcome : documents::outcomes) {
    text.add(read.outcomes.at(static_cast<std::size_t>(outcome)).value(),
             {{"outcome", documents::name(outcome)}});
  }
  text.add(read.over_limit.value(), {{"outcome", "too_many_tokens"}});
  text.add(read.given_up.value(), {{"outcome", "given_up"}});
  put(text,
      {"argot_document_failures_total", counter,
       "Attempts to read a document that came to no end, and are repeated."},
      read.failures.value());
}

template <std::size_t size>
void put_events(MetricsText& text, const std::array<std::string_view, size>& events,
                std::span<const Counter> counters) {
  for (std::size_t index = 0; index < size; ++index) {
    text.add(counters[index].value(), {{"event", events.at(index)}});
  }
}

void put_events(MetricsText& text, const CountingLog& log) {
  text.begin({"argot_alarms_total", counter, "Errors in the log, by their event."});
  put_events(text, alarm_events, log.alarms());
  text.begin({"argot_warnings_total", counter, "Warnings in the log, by their event."});
  put_events(text, warning_events, log.warnings());
}

void put_process(MetricsText& text, WallTime started_at) {
  const ProcessFacts facts = process_facts();
  put(text, {"process_resident_memory_bytes", gauge, "Resident memory."}, facts.resident_bytes);
  put(text, {"process_virtual_memory_bytes", gauge, "Virtual memory."}, facts.virtual_bytes);
  put(text, {"process_open_fds", gauge, "Open file descriptors."}, facts.open_descriptors);
  put(text, {"process_max_fds", gauge, "How many file descriptors may be open."},
      facts.descriptors_max);
  put(text, {"process_cpu_seconds_total", counter, "Processor time, of the kernel's too."},
      facts.cpu_seconds);
  const std::chrono::duration<double> since_1970 = started_at.time_since_epoch();
  put(text, {"process_start_time_seconds", gauge, "When the server started, since 1970."},
      since_1970.count());
  text.begin({"argot_build_info", gauge, "Always 1; the labels say what is running."});
  text.add(std::uint64_t{1}, {{"version", ARGOT_VERSION}, {"compiler", compiler}});
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  MetricsText text;
  put_requests(text, sources.api.metrics());
  put_traffic(text, sources);
  put_uploads(text, sources);
  put_catalog(text, sources);
  put_storage(text, sources);
  const blob::S3Counters nothing;
  put_s3(text, sources.s3 != nullptr ? *sources.s3 : nothing);
  put_sweeps(text, sources);
  put_scrub(text, sources);
  put_documents(text, sources);
  put(text,
      {"argot_content_blocks_verified_total", counter,
       "Blocks of content that were read, compared with their checksum and found right."},
      sources.library.blocks_verified());
  put_events(text, sources.log);
  put_process(text, sources.started_at);
  return text.take();
}

}  // namespace argot::server
