#include "server/app.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include "base/ids.h"
#include "blob/disk_store.h"
#include "catalog/postgres_catalog.h"
#include "catalog/sqlite_catalog.h"
#include "server/ballasted_catalog.h"
#include "server/process.h"
#include "server/s3_options.h"

namespace argot::server {
namespace {

// A start waits this long for what an earlier process left to clear away; the rest is cleared away
// while requests are served, which cannot see it.
constexpr std::chrono::seconds first_round_timeout{2};
constexpr std::uint64_t automatic_loops_max = 8;
constexpr std::size_t admin_connections_max = 16;
// What the admin listener answers takes no longer, and whoever is idle there is closed at once.
constexpr std::chrono::seconds admin_drain_timeout{3};

std::uint64_t loops_of(const Settings& settings) {
  const std::uint64_t cores = std::max(std::thread::hardware_concurrency(), 1U);
  return settings.server_loops.value_or(std::min(cores, automatic_loops_max));
}

net::ServerOptions server_options_of(const Settings& settings, std::uint64_t connections_max) {
  return {.host = settings.listen.host,
          .port = settings.listen.port,
          .loops = loops_of(settings),
          .workers = settings.server_workers,
          .connections_max = connections_max,
          .head = {},
          .head_timeout = settings.server_head_timeout,
          .idle_timeout = settings.server_idle_timeout,
          .write_stall_timeout = settings.server_write_stall_timeout,
          .body_window = settings.server_body_window,
          .body_bytes_per_second_min = settings.server_body_bytes_per_second_min};
}

// All that may call the catalogue at once: nobody has to wait for a connection to it.
std::size_t threads_of(const Settings& settings) {
  constexpr std::size_t others = 3;  // the sweeper, the scrubber, the admin listener's worker
  return settings.server_workers + settings.documents_workers + others;
}

// As many connections as were asked for, if the system gives this process the descriptors.
std::uint64_t allowed_connections(const Settings& settings, Log& log) {
  const std::uint64_t open_files = raise_open_files_limit();
  const std::uint64_t allowed = connections_that_fit(settings.server_connections_max, open_files);
  if (allowed < settings.server_connections_max) {
    log.warning("connections_lowered", {{"setting", "server.connections_max"},
                                        {"wanted", settings.server_connections_max},
                                        {"allowed", allowed},
                                        {"open_files_limit", open_files}});
  }
  return allowed;
}

// Where a client on this machine finds a server that listens on `address`: the wildcard addresses
// are for listening only.
std::string reachable(const std::string& address) {
  if (address.starts_with("0.0.0.0:")) return "127.0.0.1" + address.substr(7);
  if (address.starts_with("[::]:")) return "[::1]" + address.substr(4);
  return address;
}

}  // namespace

Result<std::unique_ptr<App>> App::open(const Settings& settings, Log& log,
                                       std::function<void()> on_fail_stop) {
  std::unique_ptr<App> app(new App(log));
  for (const std::string& name : settings.unknown_variables) {
    app->log_.warning("unknown_variable", {{"name", std::string_view(name)}});
  }
  std::optional<FirstKey> key;
  if (settings.bootstrap_key_file) {
    TRY(key, read_bootstrap_key(*settings.bootstrap_key_file));
  }
  if (settings.tls_certificate.has_value() != settings.tls_key.has_value()) {
    return fail(ErrorCode::cannot_start,
                "tls.certificate and tls.key: expected both or neither, but only " +
                    std::string(settings.tls_key ? "tls.key" : "tls.certificate") + " is set");
  }
  if (settings.tls_certificate && settings.tls_key) {
    TRY(app->tls_, net::TlsIdentity::load(
                       {.certificate = *settings.tls_certificate, .key = *settings.tls_key}));
  }
  const std::uint64_t connections_max = allowed_connections(settings, app->log_);
  TRY_DO(app->open_storage(settings, std::move(on_fail_stop)));
  TRY(const catalog::Scope scope, ensure_organization(*app->catalog_));
  app->open_service(settings, scope);
  app->open_documents(settings);
  net::ServerOptions options = server_options_of(settings, connections_max);
  options.tls = app->tls_.get();
  options.on_drain_timeout = [app = app.get()] { app->close_s3(); };
  TRY(app->server_, net::Server::open(options, *app->api_, app->clock_, app->log_));
  TRY_DO(app->open_admin(settings, connections_max));
  TRY_DO(app->hand_out_key(std::move(key), settings.no_auth, scope));
  app->server_->run();
  if (app->admin_server_) app->admin_server_->run();
  return app;
}

Result<> App::open_storage(const Settings& settings, std::function<void()> on_fail_stop) {
  TRY(folder_, DataFolder::open(settings.data));
  std::error_code failure;
  if (!std::filesystem::equivalent(settings.data, settings.blobs_path(), failure)) {
    TRY(blobs_lock_, FolderLock::take(settings.blobs_path(), "--blobs"));
  }
  TRY_DO(open_catalog(settings, std::move(on_fail_stop)));
  return open_blobs(settings);
}

Result<> App::open_catalog(const Settings& settings, std::function<void()> on_fail_stop) {
  const CatalogLocation location = settings.catalog_location();
  if (location.kind == CatalogLocation::Kind::postgres) {
    TRY(catalog_,
        catalog::PostgresCatalog::open({.address = location.where,
                                        .clock = clock_,
                                        .random = random_,
                                        .log = log_,
                                        .pool = {.connections_max = threads_of(settings)}}));
    return {};
  }
  ballast_ = std::make_unique<Ballast>(location.where + "-ballast", log_);
  ballast_->prepare();
  TRY(auto catalog,
      catalog::SqliteCatalog::open(
          {.path = location.where,
           .clock = clock_,
           .random = random_,
           .log = log_,
           .on_outcome_unknown = [this, stop = std::move(on_fail_stop)](const Error& error) {
             const std::string reason = describe(error);
             log_.error("fail_stop", {{"error", std::string_view(reason)}});
             stop();
           }}));
  database_ = catalog.get();
  catalog_ = std::make_unique<BallastedCatalog>(std::move(catalog), *ballast_);
  return {};
}

Result<> App::open_blobs(const Settings& settings) {
  if (!settings.blobs_s3) {
    TRY(blobs_, blob::DiskStore::open({.root = settings.blobs_path(), .random = random_}));
    return blobs_->recover();
  }
  TRY_DO(folder_->make_staging());
  TRY(const blob::S3StoreOptions options,
      s3_options_of(settings, {.clock = clock_,
                               .random = random_,
                               .log = log_,
                               .staging_folder = folder_->staging_path()}));
  TRY(auto store, blob::S3Store::open(options));
  s3_ = store.get();
  blobs_ = std::move(store);
  if (const Result<> recovered = blobs_->recover(); !recovered) {
    return fail(ErrorCode::cannot_start, "--blobs: " + recovered.error().detail);
  }
  return {};
}

void App::open_documents(const Settings& settings) {
  document_reader_ = std::make_unique<files::DocumentReader>(files::DocumentReaderParts{
      .catalog = *catalog_,
      .blobs = *blobs_,
      .extractor = extractor_,
      .counters = library_->token_counters(),
      .settings = library_->policy(),
      .clock = clock_,
      .log = log_,
      .copies_folder =
          settings.blobs_s3 ? folder_->staging_path() : settings.blobs_path() + "/tmp"});
  document_threads_ = std::make_unique<DocumentThreads>(
      *document_reader_, log_, DocumentThreadsOptions{.threads = settings.documents_workers});
  release_documents();
  document_threads_->start();
}

// Whoever had a document of a catalogue that is this process's alone is gone. Those of one that is
// shared wait until their loan is over, as on a full disk, where this cannot be written down.
void App::release_documents() {
  if (catalog_->is_shared()) return;
  if (const Result<> released = catalog_->release_waiting(); !released) {
    const std::string reason = describe(released.error());
    log_.warning("documents_failed", {{"error", std::string_view(reason)}});
  }
}

// One process at a time sweeps, and one reads everything.
void App::open_duties() {
  const std::string holder = mint_random_id("process_", random_);
  sweep_duty_ = std::make_unique<Duty>(*catalog_, clock_, "sweep", holder);
  scrub_duty_ = std::make_unique<Duty>(*catalog_, clock_, "scrub", holder);
}

void App::open_service(const Settings& settings, const catalog::Scope& default_scope) {
  library_ = std::make_unique<files::Library>(
      *catalog_, *blobs_, clock_, log_,
      files::LibraryOptions{
          .policy = policy_of(settings),
          .free_bytes_min = settings.storage_free_bytes_min,
          .verify_max_age = settings.verify_max_age,
          .upload_lifetime = std::chrono::floor<std::chrono::seconds>(settings.uploads_lifetime),
          .on_waiting = [this] { document_threads_->wake(); }});
  open_duties();
  sweeper_ = std::make_unique<files::Sweeper>(*catalog_, *blobs_, library_->live_blobs(), clock_,
                                              log_, settings.sweep_orphan_age);
  housekeeper_ = std::make_unique<Housekeeper>(
      *sweeper_, ballast_.get(), clock_, log_,
      HousekeeperOptions{.interval = settings.sweep_interval, .duty = sweep_duty_.get()});
  housekeeper_->start();
  housekeeper_->wait_for_first_round(first_round_timeout);
  scrubber_ = std::make_unique<files::Scrubber>(
      files::ScrubberParts{.catalog = *catalog_,
                           .blobs = *blobs_,
                           .verified = library_->verified_blocks(),
                           .clock = clock_,
                           .log = log_,
                           .interval = settings.scrub_interval});
  scrub_thread_ = std::make_unique<ScrubThread>(
      *scrubber_, log_,
      ScrubOptions{.bytes_per_second_max = settings.scrub_bytes_per_second_max,
                   .duty = scrub_duty_.get()});
  scrub_thread_->start();
  api_ = std::make_unique<api::Api>(
      api::ApiParts{.library = *library_,
                    .catalog = *catalog_,
                    .clock = clock_,
                    .random = random_,
                    .log = log_},
      api::ApiOptions{.auth = {.no_auth = settings.no_auth, .default_scope = default_scope},
                      .uploads_max = settings.server_uploads_max,
                      .uploads_per_key_max = settings.server_uploads_per_key_max,
                      .uploads_per_minute = settings.limits_uploads_per_minute});
}

Result<> App::open_admin(const Settings& settings, std::uint64_t connections_max) {
  const AdminAddress& where = settings.admin_listen;
  if (where.kind == AdminAddress::Kind::off) return {};
  admin_service_ = std::make_unique<AdminService>(
      *api_, MetricSources{.api = *api_,
                           .server = *server_,
                           .library = *library_,
                           .sweeper = *sweeper_,
                           .scrubber = *scrubber_,
                           .documents = *document_reader_,
                           .housekeeper = *housekeeper_,
                           .log = log_,
                           .catalog = *catalog_,
                           .database = database_,
                           .blobs = *blobs_,
                           .s3 = s3_ != nullptr ? &s3_->counters() : nullptr,
                           .started_at = clock_.now(),
                           .connections_max = connections_max,
                           .uploads_max = settings.server_uploads_max});
  net::ServerOptions options{
      .setting = "--admin-listen", .workers = 1, .connections_max = admin_connections_max};
  if (where.kind == AdminAddress::Kind::tcp) {
    options.host = where.address.host;
    options.port = where.address.port;
  } else {
    options.socket_path = settings.admin_socket_path();
  }
  TRY(admin_server_, net::Server::open(options, *admin_service_, clock_, log_));
  return {};
}

Result<> App::hand_out_key(std::optional<FirstKey> key, bool no_auth, const catalog::Scope& scope) {
  const std::optional<std::string> stored = folder_->stored_key();
  if (!key && !no_auth) {
    TRY(key, choose_first_key(*catalog_, stored, random_));
  }
  // The text is safe before the catalogue knows the key: a crash in between leaves a stored text,
  // which the next start takes up. A server without keys leaves a stored one alone.
  TRY_DO(folder_->write_credentials(
      {.key = key ? std::optional(key->text) : stored, .server_url = client_url()}));
  if (!key) return {};
  TRY(const bool is_new, add_first_key(*catalog_, *key, scope, clock_.now()));
  if (is_new && key->origin != FirstKey::Origin::bootstrap) new_key_ = key->text;
  return {};
}

App::~App() {
  // In the reverse of the order in which they began to work.
  if (server_) server_->drain(std::chrono::milliseconds(0));
  if (admin_server_) admin_server_->drain(std::chrono::milliseconds(0));
  close_s3();
  if (document_threads_) document_threads_->stop();
  if (scrub_thread_) scrub_thread_->stop();
  if (housekeeper_) housekeeper_->stop();
}

// What is left to do there ends within seconds.
void App::close_s3() {
  if (s3_ != nullptr) s3_->close();
}

std::string App::url() const { return scheme() + server_->address(); }

std::string App::client_url() const { return scheme() + reachable(server_->address()) + "/v1"; }

std::string App::scheme() const { return tls_ ? "https://" : "http://"; }

void App::reload() {
  if (!tls_) return;
  if (const Result<> reloaded = tls_->reload(); !reloaded) {
    const std::string reason = describe(reloaded.error());
    log_.warning("reload_failed", {{"error", std::string_view(reason)}});
    return;
  }
  log_.info("reloaded", {});
}

std::string App::admin_address() const { return admin_server_ ? admin_server_->address() : "off"; }

void App::drain(std::chrono::milliseconds timeout) {
  api_->set_draining();
  server_->drain(timeout);
  // Last, so that a drain can be watched.
  if (admin_server_) admin_server_->drain(admin_drain_timeout);
}

}  // namespace argot::server
