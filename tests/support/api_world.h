// The whole service in memory, with tenants, keys and a client: what tests of api/ and the wire
// transcripts play in.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/api.h"
#include "api/api_key.h"
#include "base/log.h"
#include "blob/blob_store.h"
#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "files/library.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"
#include "tests/support/in_process.h"
#include "tests/support/request_text.h"

namespace argot::testing {

// Keeps every event as a line: "request method=GET path=/v1/files ...". Thread-safe.
class LineLog final : public Log {
 public:
  void write(LogLevel /*level*/, std::string_view event,
             std::initializer_list<LogField> fields) override {
    std::string line(event);
    for (const LogField& field : fields) {
      line += " " + std::string(field.name) + "=";
      std::visit([&line](const auto& value) { append(line, value); }, field.value);
    }
    const std::scoped_lock lock(mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }

 private:
  static void append(std::string& line, std::string_view text) { line += text; }
  template <typename Number>
  static void append(std::string& line, Number number) {
    line += std::to_string(number);
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

constexpr std::uint32_t bits(catalog::Permission permission) {
  return static_cast<std::uint32_t>(permission);
}
inline constexpr std::uint32_t every_permission = bits(catalog::Permission::files_read) |
                                                  bits(catalog::Permission::files_write) |
                                                  bits(catalog::Permission::files_delete);

struct ApiWorldOptions {
  policy::Policy policy;
  std::uint64_t free_bytes_min = 0;
  std::uint64_t capacity_bytes = 1_GiB;
  std::size_t uploads_max = limits::uploads_max;
  bool no_auth = false;
  std::optional<std::uint64_t> uploads_per_minute;
  std::optional<std::uint64_t> uploads_per_key_max;
};

// One organisation with a key for everything but files_internal to begin with.
class ApiWorld {
 public:
  explicit ApiWorld(ApiWorldOptions options = {})
      : catalog(clock, random),
        blobs(clock, random, options.capacity_bytes),
        front(catalog),
        faulty(blobs),
        library(front, faulty, clock, log,
                {.policy = std::move(options.policy), .free_bytes_min = options.free_bytes_min}),
        scope(add_organization("default")),
        api({.library = library, .catalog = front, .clock = clock, .random = random, .log = log},
            {.auth = {.no_auth = options.no_auth, .default_scope = scope},
             .uploads_max = options.uploads_max,
             .uploads_per_key_max = options.uploads_per_key_max,
             .uploads_per_minute = options.uploads_per_minute}),
        client(api, clock),
        key(add_key(scope)) {}

  // A new organisation's scope; its first project is called "default".
  catalog::Scope add_organization(const std::string& name) {
    const auto project = catalog.create_organization(name);
    return {.organization_id = project->organization_id, .project_id = std::nullopt};
  }

  // A new key's text.
  std::string add_key(const catalog::Scope& seen, std::uint32_t permissions = every_permission,
                      std::optional<WallTime> expires_at = std::nullopt) {
    const api::MintedKey minted = api::mint_key(random);
    const Result<> created = catalog.create_key({.public_id = minted.parts.public_id,
                                                 .secret_sha256 = minted.parts.secret_sha256,
                                                 .scope = seen,
                                                 .name = "test",
                                                 .permissions = permissions,
                                                 .created_at = clock.now(),
                                                 .expires_at = expires_at,
                                                 .revoked_at = std::nullopt});
    EXPECT_TRUE(created.has_value());
    return minted.text;
  }

  // What came back; a reply of status 0 if the connection broke.
  WireReply send(const RequestText& request, std::size_t piece_bytes = 4'096) {
    return client.send(request.bytes(), piece_bytes).value_or(WireReply());
  }

  WireReply get(const std::string& target) { return send(RequestText{.target = target}.key(key)); }

  WireReply upload(const FormText& form) { return upload(form, key); }
  WireReply upload(const FormText& form, const std::string& with_key) {
    return send(RequestText{.method = "POST", .target = "/v1/files", .body = form.body()}
                    .key(with_key)
                    .header("Content-Type", form.content_type()));
  }

  // The id of a new file.
  std::string add_file(std::string_view content, std::string_view filename = "notes.txt",
                       std::string_view purpose = "user_data") {
    return id_in(upload(FormText().field("purpose", purpose).file(filename, content)).body);
  }

  // The value of "id" in a JSON reply; "" if there is none.
  static std::string id_in(std::string_view body) {
    constexpr std::string_view before = "\"id\": \"";
    const std::size_t found = body.find(before);
    if (found == std::string_view::npos) return "";
    const std::size_t begin = found + before.size();
    return std::string(body.substr(begin, body.find('"', begin) - begin));
  }

  // How many blobs the store holds, and how many files the catalogue.
  std::uint64_t blob_count() {
    std::uint64_t count = 0;
    const Result<> visited = blobs.visit([&count](const blob::BlobEntry&) -> Result<> {
      ++count;
      return {};
    });
    EXPECT_TRUE(visited.has_value());
    return count;
  }
  std::uint64_t file_count() {
    std::uint64_t count = 0;
    const auto organizations = catalog.organizations();
    for (const std::string& organization : *organizations) {
      count += catalog.organization_usage(organization)->files;
    }
    return count;
  }

  FakeClock clock;
  SeededRandom random;
  LineLog log;
  catalog::MemoryCatalog catalog;
  blob::MemoryStore blobs;
  // What the service sees of the two.
  FailingCatalog front;
  blob::FaultyStore faulty;
  files::Library library;
  catalog::Scope scope;  // the first organisation's
  api::Api api;
  InProcessClient client;
  std::string key;
};

}  // namespace argot::testing
