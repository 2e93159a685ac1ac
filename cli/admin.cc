#include "cli/admin.h"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/admin_commands.h"
#include "cli/arguments.h"
#include "cli/migrate.h"
#include "cli/offline.h"
#include "cli/open_catalog.h"
#include "cli/setting_flags.h"
#include "cli/tenant_choice.h"

namespace argot::cli {
namespace {

// What was typed.
struct AdminArguments {
  TenantChoice tenant;
  std::vector<std::string> changes;
  bool is_json = false;
};

// What a command works with.
struct Admin {
  catalog::Catalog& catalog;
  policy::Policy settings;
  WallTime now;
};

int failure(const Io& io, const Error& error) {
  io.err << "argot: " << (error.detail.empty() ? std::string(name(error.code)) : error.detail)
         << "\n";
  return error.code == ErrorCode::invalid_request ? exit_usage : exit_failure;
}

std::string owner_text(const catalog::Scope& scope) {
  if (scope.project_id) return "the project " + *scope.project_id;
  return "the organization " + scope.organization_id;
}

Result<> show(const Admin& admin, const AdminArguments& arguments, const Io& io) {
  TRY(const catalog::Scope scope, choose_tenant(admin.catalog, arguments.tenant));
  TRY(const LimitOverrides own, admin.catalog.limits(scope));
  const ShownLimits shown{.scope = scope, .settings = admin.settings, .own = own};
  io.out << (arguments.is_json ? limits_json(shown) : limits_table(shown));
  return {};
}

Result<> set(const Admin& admin, const AdminArguments& arguments, const Io& io) {
  TRY(const catalog::Scope owner, choose_tenant(admin.catalog, arguments.tenant));
  TRY(const std::vector<LimitChange> changes, parse_limit_changes(arguments.changes, owner));
  TRY_DO(admin.catalog.set_limits(owner, changes, admin.now));
  io.err << "Set for " << owner_text(owner) << ":";
  for (const std::string& change : arguments.changes) io.err << " " << change;
  io.err << ". It counts from the next upload.\n";
  return {};
}

Result<> usage(const Admin& admin, const AdminArguments& arguments, const Io& io) {
  if (arguments.tenant.organization) TRY_DO(choose_tenant(admin.catalog, arguments.tenant));
  TRY(const std::vector<TenantUsage> rows,
      read_usage(admin.catalog, admin.settings, arguments.tenant.organization));
  io.out << (arguments.is_json ? usage_json(rows) : usage_table(rows));
  return {};
}

void add_organization(CLI::App& command, AdminArguments& arguments, const std::string& meaning) {
  command.add_option("--organization", arguments.tenant.organization, meaning)->type_name("ID");
}

void add_tenant(CLI::App& command, AdminArguments& arguments) {
  add_organization(command, arguments, "whose, if there are several");
  command.add_option("--project", arguments.tenant.project, "of this project of it")
      ->type_name("ID");
}

void add_json(CLI::App& command, AdminArguments& arguments) {
  command.add_flag("--json", arguments.is_json, "print one JSON object");
}

}  // namespace

int run_admin(const Invocation& invocation, const Io& io) {
  CLI::App app(
      "Limits and usage, straight in the catalogue; a live server heeds each change. And the "
      "way from a data folder to PostgreSQL and S3.",
      "argot admin");
  app.require_subcommand(1);
  app.fallthrough();
  SettingFlags flags(app);
  flags.add("data");
  flags.add("catalog");
  AdminArguments arguments;
  auto* const limits = app.add_subcommand("limits", "Limits that differ from the settings");
  limits->require_subcommand(1);
  limits->fallthrough();
  auto* const showing = limits->add_subcommand("show", "Show each limit and where it comes from");
  add_tenant(*showing, arguments);
  add_json(*showing, arguments);
  auto* const setting = limits->add_subcommand("set", "Set limits, or drop them again");
  add_tenant(*setting, arguments);
  setting
      ->add_option("changes", arguments.changes,
                   "which limit to what: a size such as 1GB, none, or default")
      ->type_name("NAME=VALUE")
      ->required();
  auto* const totaling = app.add_subcommand("usage", "Show what is stored, and how much may be");
  add_organization(*totaling, arguments, "only this one and its projects");
  add_json(*totaling, arguments);
  auto* const migrating = app.add_subcommand(
      "migrate", "Copy a data folder to where --catalog and --blobs say: PostgreSQL, S3, or both");
  for (const char* const key : {"blobs", "s3.credentials_file", "s3.ca_file"}) {
    flags.add_to(*migrating, key);
  }
  add_json(*migrating, arguments);
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;

  const auto settings = flags.load(invocation.environment);
  if (!settings) return failure(io, settings.error());
  if (migrating->parsed()) {
    return run_offline([&](const OfflineSurroundings& surroundings) {
      const ReportForm form = arguments.is_json ? ReportForm::json : ReportForm::text;
      return run_migrate(*settings, form, io, surroundings);
    });
  }
  auto open = OpenCatalog::open(*settings);
  if (!open) return failure(io, open.error());
  const Admin admin{.catalog = (*open)->catalog(),
                    .settings = server::policy_of(*settings),
                    .now = (*open)->now()};
  const auto command = showing->parsed() ? show : setting->parsed() ? set : usage;
  const auto done = command(admin, arguments, io);
  return done ? exit_success : failure(io, done.error());
}

}  // namespace argot::cli
