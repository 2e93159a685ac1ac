// The server, put together: every part as a member, in the order in which they are made. Reading
// them shows the program.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/api.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "blob/s3_store.h"
#include "catalog/catalog.h"
#include "catalog/sqlite_catalog.h"
#include "documents/extractor.h"
#include "files/document_reader.h"
#include "files/library.h"
#include "files/scrubber.h"
#include "files/sweeper.h"
#include "net/server.h"
#include "net/tls.h"
#include "server/admin_service.h"
#include "server/ballast.h"
#include "server/counting_log.h"
#include "server/data_folder.h"
#include "server/document_threads.h"
#include "server/duty.h"
#include "server/folder_lock.h"
#include "server/housekeeper.h"
#include "server/scrub_thread.h"
#include "server/settings.h"
#include "server/tenants.h"

namespace argot::server {

// Calls match: open ( drain )? destroy. Not thread-safe, but for what its parts do by themselves.
class App {
 public:
  // Everything up to the first connection, in this order: the locks, the catalogue, the store;
  // half-written content, garbage and expired files cleared away; the listener, the credentials,
  // the first key; then it accepts. `log` must outlive the App. `on_fail_stop` is called once, from
  // a thread of the catalogue's, when only a restart can tell what is stored; it must not block.
  // Error: cannot_start and one line.
  static Result<std::unique_ptr<App>> open(const Settings& settings, Log& log,
                                           std::function<void()> on_fail_stop);

  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App();

  // Where it listens, "http://0.0.0.0:8080", and what a client on this machine calls its base,
  // "http://127.0.0.1:8080/v1".
  std::string url() const;
  std::string client_url() const;

  // The key that this start put in the catalogue and that nobody was told yet.
  const std::optional<std::string>& new_key() const { return new_key_; }
  std::string credentials_path() const { return folder_->credentials_path(); }

  // Where the admin listener is, "unix:argot-data/admin.sock"; "off" where there is none.
  std::string admin_address() const;

  // Reads the certificate and its key again, which new connections get. What is wrong is logged,
  // and they go on with the old ones. Any thread may call it.
  void reload();

  // Takes no more requests, and lets those under way end for up to `timeout`.
  void drain(std::chrono::milliseconds timeout);

 private:
  explicit App(Log& log) : log_(log) {}

  Result<> open_catalog(const Settings& settings, std::function<void()> on_fail_stop);
  Result<> open_storage(const Settings& settings, std::function<void()> on_fail_stop);
  void release_documents();
  void open_duties();
  Result<> open_blobs(const Settings& settings);
  void open_documents(const Settings& settings);
  void open_service(const Settings& settings, const catalog::Scope& default_scope);
  Result<> open_admin(const Settings& settings, std::uint64_t connections_max);
  void close_s3();
  std::string scheme() const;
  Result<> hand_out_key(std::optional<FirstKey> key, bool no_auth, const catalog::Scope& scope);

  CountingLog log_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<DataFolder> folder_;
  std::optional<FolderLock> blobs_lock_;  // where the blobs are not in the data folder
  std::unique_ptr<Ballast> ballast_;      // null where the catalogue is not on a disk of ours
  std::unique_ptr<catalog::Catalog> catalog_;
  const catalog::SqliteCatalog* database_ = nullptr;  // a part of catalog_; null: PostgreSQL
  std::unique_ptr<blob::BlobStore> blobs_;
  blob::S3Store* s3_ = nullptr;  // what blobs_ is, where content is on S3
  std::unique_ptr<files::Library> library_;
  documents::Extractor extractor_{documents::Extractor::Options()};
  std::unique_ptr<files::DocumentReader> document_reader_;
  std::unique_ptr<DocumentThreads> document_threads_;
  std::unique_ptr<Duty> sweep_duty_;
  std::unique_ptr<Duty> scrub_duty_;
  std::unique_ptr<files::Sweeper> sweeper_;
  std::unique_ptr<Housekeeper> housekeeper_;
  std::unique_ptr<files::Scrubber> scrubber_;
  std::unique_ptr<ScrubThread> scrub_thread_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<net::TlsIdentity> tls_;  // null: HTTP without TLS
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<AdminService> admin_service_;
  std::unique_ptr<net::Server> admin_server_;  // null where the settings want none
  std::optional<std::string> new_key_;
};

}  // namespace argot::server
