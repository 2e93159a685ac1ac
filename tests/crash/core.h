// The server's own parts, put together as server/app.cc does, without the network: what crashes and
// recovers in these tests is the product's code.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "files/library.h"
#include "files/sweeper.h"
#include "server/ballast.h"
#include "server/data_folder.h"
#include "tests/crash/mutant.h"

namespace argot::crash {

struct CoreOptions {
  std::string data;  // the data folder
  // All must outlive the core; the mutant may be absent.
  Clock& clock;
  Random& random;
  Mutant* mutant = nullptr;
  std::function<void()> on_fail_stop;
};

// How much the organisation may keep: little, so that workloads meet the quota.
inline constexpr std::uint64_t quota_bytes = 3_MiB;

class Core {
 public:
  // Everything that a start does before it serves, but for the first round of the sweeper.
  static Result<std::unique_ptr<Core>> open(const CoreOptions& options);

  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() = default;

  catalog::Catalog& catalog() { return *catalog_; }
  blob::BlobStore& blobs() { return *blobs_; }
  files::Library& library() { return *library_; }
  files::Sweeper& sweeper() { return *sweeper_; }
  server::Ballast& ballast() { return *ballast_; }
  const server::DataFolder& folder() const { return *folder_; }

  // The one organisation, and the project that its files go to.
  const catalog::Scope& scope() const { return scope_; }

  // A round of the housekeeper: expired files, then garbage.
  Result<> sweep();

 private:
  Core() = default;
  Result<> open_storage(const CoreOptions& options);
  Result<> hand_out_key(const CoreOptions& options);

  SilentLog log_;
  std::unique_ptr<server::DataFolder> folder_;
  std::unique_ptr<server::Ballast> ballast_;
  std::unique_ptr<blob::BlobStore> blobs_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<files::Library> library_;
  std::unique_ptr<files::Sweeper> sweeper_;
  catalog::Scope scope_;
};

// Where the catalogue's file is in a data folder.
std::string catalog_path(const std::string& data);

}  // namespace argot::crash
