// What /metrics shows, put together from what the parts of the server have counted. What each
// metric means, and what to do about it, is in docs/guides/operate.md.
#pragma once

#include <cstdint>
#include <string>

#include "api/api.h"
#include "base/clock.h"
#include "blob/blob_store.h"
#include "blob/s3_client.h"
#include "catalog/catalog.h"
#include "catalog/sqlite_catalog.h"
#include "files/document_reader.h"
#include "files/library.h"
#include "files/scrubber.h"
#include "files/sweeper.h"
#include "net/server.h"
#include "server/counting_log.h"
#include "server/housekeeper.h"

namespace argot::server {

// Whose numbers they are. The references must outlive it.
struct MetricSources {
  const api::Api& api;
  const net::Server& server;
  const files::Library& library;
  const files::Sweeper& sweeper;
  const files::Scrubber& scrubber;
  const files::DocumentReader& documents;
  const Housekeeper& housekeeper;
  const CountingLog& log;
  catalog::Catalog& catalog;
  const catalog::SqliteCatalog* database;  // what is below `catalog`; null: something else
  blob::BlobStore& blobs;
  const blob::S3Counters* s3 = nullptr;  // null where content is not on S3
  WallTime started_at;
  std::uint64_t connections_max = 0;
  std::uint64_t uploads_max = 0;
};

// In the text format of Prometheus. Metrics of what cannot be read now (the catalogue, the disk) or
// is not there (the writer of a catalogue on PostgreSQL) have no sample. Thread-safe; it reads the
// catalogue, as /readyz does.
std::string metrics_text(const MetricSources& sources);

}  // namespace argot::server
