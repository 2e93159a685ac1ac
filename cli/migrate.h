// `argot admin migrate`: what is said while a data folder is copied to PostgreSQL and S3.
#pragma once

#include <string>

#include "cli/io.h"
#include "cli/offline.h"
#include "server/migration.h"
#include "server/settings.h"

namespace argot::cli {

// For people; for programs, one JSON object {"object":"migration",...}.
std::string migration_text(const server::MigrationReport& report);
std::string migration_json(const server::MigrationReport& report);

enum class ReportForm { text, json };

// The exit code: exit_failure also where content is damaged.
int run_migrate(const server::Settings& settings, ReportForm form, const Io& io,
                const OfflineSurroundings& surroundings);

}  // namespace argot::cli
