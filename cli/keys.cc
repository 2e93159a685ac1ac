#include "cli/keys.h"

#include <ostream>
#include <utility>

#include "cli/arguments.h"
#include "cli/key_commands.h"
#include "cli/open_catalog.h"
#include "cli/setting_flags.h"
#include "server/setting_values.h"

namespace argot::cli {
namespace {

// What was typed.
struct KeyArguments {
  NewKey wanted;
  std::string scopes = "read,write,delete";
  std::string expires_in;
  bool is_json = false;
  std::string public_id;
};

int key_failure(const Io& io, const Error& error) {
  io.err << "argot: " << (error.detail.empty() ? std::string(name(error.code)) : error.detail)
         << "\n";
  return error.code == ErrorCode::invalid_request ? exit_usage : exit_failure;
}

Result<NewKey> wanted_key(const KeyArguments& arguments) {
  NewKey wanted = arguments.wanted;
  const auto permissions = parse_scopes(arguments.scopes);
  if (!permissions) {
    return fail(
        ErrorCode::invalid_request,
        "--scopes: expected read, write, delete or internal with commas between them; got " +
            server::in_quotes(arguments.scopes));
  }
  wanted.permissions = *permissions;
  if (!arguments.expires_in.empty()) {
    wanted.expires_in = server::parse_duration(arguments.expires_in);
    if (!wanted.expires_in || wanted.expires_in->count() == 0) {
      return fail(ErrorCode::invalid_request,
                  "--expires-in: expected a duration such as 12h or 30d; got " +
                      server::in_quotes(arguments.expires_in));
    }
  }
  return wanted;
}

// A key whose text nobody has got.
Result<> take_back(OpenCatalog& open, const std::string& public_id) {
  const bool is_revoked = open.catalog().revoke_key(public_id, open.now()).has_value();
  return fail(ErrorCode::internal,
              "standard output takes no more, and the text of the key " + public_id +
                  " is lost with it: " +
                  (is_revoked ? "the key is revoked" : "revoke it with `argot keys revoke`"));
}

Result<> create(OpenCatalog& open, const KeyArguments& arguments, const Io& io) {
  TRY(const NewKey wanted, wanted_key(arguments));
  const WallTime now = open.now();
  TRY(const CreatedKey created, create_key(open.catalog(), wanted, open.random(), now));
  const catalog::Key& key = created.key;
  // The key alone, so that a script can take it as it is.
  io.out << (arguments.is_json ? created_json(created, now) : created.text + "\n");
  if (!io.out.flush()) return take_back(open, key.public_id);
  if (arguments.is_json) return {};
  io.err << "Created the key " << key.public_id << " (" << scopes_text(key.permissions)
         << ") of the organization " << key.scope.organization_id;
  if (key.scope.project_id) io.err << ", project " << *key.scope.project_id;
  if (key.expires_at) io.err << ", until " << calendar_text(*key.expires_at);
  io.err << ". Its text is shown only now.\n";
  return {};
}

Result<> list(OpenCatalog& open, const KeyArguments& arguments, const Io& io) {
  TRY(const auto keys, open.catalog().keys());
  const WallTime now = open.now();
  io.out << (arguments.is_json ? keys_json(keys, now) : keys_table(keys, now));
  return {};
}

Result<> revoke(OpenCatalog& open, const KeyArguments& arguments, const Io& io) {
  auto revoked = open.catalog().revoke_key(arguments.public_id, open.now());
  if (revoked) {
    io.err << "Revoked the key " << arguments.public_id << ".\n";
    return {};
  }
  if (revoked.error().code != ErrorCode::key_not_found) return revoked;
  return fail(ErrorCode::key_not_found, "there is no key " +
                                            server::in_quotes(arguments.public_id) +
                                            ": `argot keys list` shows the ids");
}

void add_create(CLI::App& command, KeyArguments& arguments) {
  NewKey& wanted = arguments.wanted;
  command.add_option("--name", wanted.name, "what it is for")->type_name("TEXT");
  auto* organization =
      command
          .add_option("--organization", wanted.organization, "whose it is, if there are several")
          ->type_name("ID");
  auto* project = command.add_option("--project", wanted.project, "the one project that it sees")
                      ->type_name("ID");
  command.add_option("--new-organization", wanted.new_organization, "make an organization for it")
      ->type_name("NAME")
      ->excludes(organization)
      ->excludes(project);
  command.add_option("--new-project", wanted.new_project, "make a project for it")
      ->type_name("NAME")
      ->excludes(project);
  command
      .add_option("--scopes", arguments.scopes,
                  "what it may do: read, write, delete, internal [read,write,delete]")
      ->type_name("LIST");
  command.add_option("--expires-in", arguments.expires_in, "when it ends by itself, such as 30d")
      ->type_name("DURATION");
  command.add_flag("--json", arguments.is_json, "print one JSON object");
}

}  // namespace

int run_keys(const Invocation& invocation, const Io& io) {
  CLI::App app("Keys of the server, straight in its catalogue. A live server sees each change.",
               "argot keys");
  app.require_subcommand(1);
  app.fallthrough();
  SettingFlags flags(app);
  flags.add("data");
  flags.add("catalog");
  KeyArguments arguments;
  auto* const creating = app.add_subcommand("create", "Make a key and print it, once");
  add_create(*creating, arguments);
  auto* const listing = app.add_subcommand("list", "Show all keys, without their secrets");
  listing->add_flag("--json", arguments.is_json, "print one JSON object");
  auto* const revoking = app.add_subcommand("revoke", "Refuse a key from now on");
  revoking->add_option("id", arguments.public_id, "its public id, as `list` shows it")->required();
  if (const auto code = parse_arguments(app, invocation.arguments, io)) return *code;

  const auto settings = flags.load(invocation.environment);
  if (!settings) return key_failure(io, settings.error());
  auto open = OpenCatalog::open(*settings);
  if (!open) return key_failure(io, open.error());
  const auto command = creating->parsed() ? create : listing->parsed() ? list : revoke;
  const auto done = command(**open, arguments, io);
  return done ? exit_success : key_failure(io, done.error());
}

}  // namespace argot::cli
