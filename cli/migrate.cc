#include "cli/migrate.h"

#include <csignal>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/migrated_note.h"
#include "cli/progress_board.h"
#include "json/writer.h"

namespace argot::cli {
namespace {

std::string_view name_of(server::CatalogOutcome outcome) {
  switch (outcome) {
    case server::CatalogOutcome::stays:
      return "stays";
    case server::CatalogOutcome::copied:
      return "copied";
    case server::CatalogOutcome::there:
      return "already_there";
    case server::CatalogOutcome::omitted:
      return "omitted";
  }
  std::unreachable();
}

bool has_moved(server::CatalogOutcome outcome) {
  return outcome == server::CatalogOutcome::copied || outcome == server::CatalogOutcome::there;
}

}  // namespace

std::string migration_text(const server::MigrationReport& report) {
  const files::CopyTally& content = report.content;
  if (content.damaged > 0) {
    return std::to_string(content.damaged) + " of " + std::to_string(report.totals.blobs) +
           " pieces of content are damaged, the others are there. " +
           (report.catalog == server::CatalogOutcome::omitted ? "No rows were copied. " : "") +
           "Restore their blobs from a backup, or delete those files on the old server, and do it "
           "again.\n";
  }
  return "Migrated " + std::to_string(report.totals.files) + " files of " +
         std::to_string(report.totals.organizations) + " organizations, " +
         human_bytes(report.totals.blob_bytes) + ": " + std::to_string(content.copied) +
         " pieces of content copied, " + std::to_string(content.there) +
         " there already, all verified.\nGo on with `argot serve`, told the same --data, --catalog "
         "and --blobs.\n" +
         (has_moved(report.catalog)
              ? "From now on `argot keys` and `argot admin` need that --catalog too.\n"
              : "");
}

std::string migration_json(const server::MigrationReport& report) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("object").string("migration");
  json.key("organizations").integer(report.totals.organizations);
  json.key("files").integer(report.totals.files);
  json.key("contents").integer(report.totals.blobs);
  json.key("bytes").integer(report.totals.blob_bytes);
  json.key("contents_copied").integer(report.content.copied);
  json.key("bytes_copied").integer(report.content.copied_bytes);
  json.key("contents_already_there").integer(report.content.there);
  json.key("bytes_already_there").integer(report.content.there_bytes);
  json.key("contents_damaged").integer(report.content.damaged);
  json.key("catalog").string(name_of(report.catalog));
  json.key("rows_copied").integer(report.rows);
  json.end_object();
  return text + "\n";
}

int run_migrate(const server::Settings& settings, ReportForm form, const Io& io,
                const OfflineSurroundings& surroundings) {
  ProgressBoard board(
      {.out = io.err, .is_terminal = surroundings.is_err_terminal, .columns = surroundings.columns},
      surroundings.clock);
  std::optional<ProgressBoard::Bar> bar;
  SilentLog log;
  const auto report = server::migrate(settings, log,
                                      {.say = [&](std::string_view line) { board.say(line); },
                                       .progress =
                                           [&](std::uint64_t bytes, std::uint64_t total) {
                                             if (!bar) bar.emplace(board, "content");
                                             bar->update(bytes, total);
                                             if (bytes == total) bar.reset();
                                           },
                                       .stop = surroundings.stop});
  bar.reset();
  if (!report && surroundings.stop.stop_requested()) {
    board.say("argot: stopped; done again, it goes on with what is missing");
    return exit_code_of_signal(SIGINT);
  }
  if (!report) {
    const Error& error = report.error();
    board.say("argot: " + (error.detail.empty() ? std::string(name(error.code)) : error.detail));
    if (error.code == ErrorCode::outcome_unknown) {
      board.say("argot: nobody knows whether the rows are there: do it again, and it will tell");
    }
    return error.code == ErrorCode::invalid_request ? exit_usage : exit_failure;
  }
  if (has_moved(report->catalog)) {
    // Everything is there without it.
    const auto left = leave_migrated_note(settings.data, settings.catalog_location().text());
    if (!left) {
      board.say("argot: " + left.error().detail +
                ": without it `argot keys` takes the old catalogue for the one in use");
    }
  }
  io.out << (form == ReportForm::json ? migration_json(*report) : migration_text(*report));
  return report->content.damaged > 0 ? exit_failure : exit_success;
}

}  // namespace argot::cli
