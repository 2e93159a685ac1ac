#include "cli/open_catalog.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "catalog/postgres_catalog.h"
#include "catalog/sqlite_catalog.h"
#include "cli/migrated_note.h"
#include "server/setting_values.h"

namespace argot::cli {

Result<std::unique_ptr<OpenCatalog>> OpenCatalog::open(const server::Settings& settings) {
  const server::CatalogLocation location = settings.catalog_location();
  std::unique_ptr<OpenCatalog> opened(new OpenCatalog);
  if (location.kind == server::CatalogLocation::Kind::postgres) {
    TRY(opened->catalog_, catalog::PostgresCatalog::open({.address = location.where,
                                                          .clock = opened->clock_,
                                                          .random = opened->random_,
                                                          .log = opened->log_}));
    return opened;
  }
  const std::string& path = location.where;
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) {
    return fail(ErrorCode::cannot_start,
                "there is no catalogue at " + server::in_quotes(path) +
                    ": start a server there first, or name its folder with --data");
  }
  TRY_DO(check_not_migrated(path));
  TRY(opened->catalog_, catalog::SqliteCatalog::open({.path = path,
                                                      .clock = opened->clock_,
                                                      .random = opened->random_,
                                                      .log = opened->log_,
                                                      .on_outcome_unknown = [](const Error&) {},
                                                      .readers = 1}));
  return opened;
}

}  // namespace argot::cli
