// What every Catalog must do, whatever it is made of. The tests are catalog_contract_*_test.cc;
// this is their fixture, and the list of those that are tested.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "tests/support/fakes.h"

namespace argot::catalog {

// Makes an empty catalogue, whose files, if it has any, go into `folder`.
struct CatalogMaker {
  std::string name;
  std::function<std::unique_ptr<Catalog>(const testing::TempFolder& folder, Clock& clock,
                                         Random& random)>
      make;
  // Why it cannot be made here; empty: it can.
  std::function<std::string()> why_missing = [] { return std::string(); };
};

// Of every one that there is; in catalog_contract_test.cc.
std::vector<CatalogMaker> catalog_makers();

inline void PrintTo(const CatalogMaker& maker, std::ostream* out) { *out << maker.name; }

// The value of a result that must be there: without it the test ends.
template <typename T>
T value_of(Result<T> result) {
  if (!result) ADD_FAILURE() << describe(result.error());
  return std::move(result).value();
}

// The code of an error that must be there, as text.
template <typename T>
std::string code_of(const Result<T>& result) {
  return result ? "no error" : std::string(name(result.error().code));
}

inline constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

// A file of `bytes` bytes to commit, with content of its own.
inline NewFile make_file(Random& random, const Project& project, std::uint64_t bytes = 1) {
  digest::Sha256Value sha256;
  random.fill(sha256.bytes);
  return NewFile{.scope = {.organization_id = project.organization_id, .project_id = project.id},
                 .purpose = "user_data",
                 .filename = "notes.txt",
                 .bytes = bytes,
                 .sha256 = sha256,
                 .checksums = {.blocks = {1, 0xFFFF'FFFF}},
                 .blob = BlobId::mint(random),
                 .organization_bytes_max = no_limit};
}

inline std::vector<std::string> ids_of(const FilePage& page) {
  std::vector<std::string> ids;
  for (const ListedFile& file : page.files) ids.push_back(file.id);
  return ids;
}

class CatalogContract : public ::testing::TestWithParam<CatalogMaker> {
 protected:
  CatalogContract() : trace_(__FILE__, __LINE__, random.seed_text()) {}

  void SetUp() override {
    const std::string why_missing = GetParam().why_missing();
    if (!why_missing.empty()) GTEST_SKIP() << why_missing;
    catalog = GetParam().make(folder, clock, random);
    ASSERT_NE(catalog, nullptr);
    project = value_of(catalog->create_organization("Acme"));
  }

  Scope organization_scope() const { return {.organization_id = project.organization_id}; }
  static Scope scope_of(const Project& which) {
    return {.organization_id = which.organization_id, .project_id = which.id};
  }

  NewFile new_file(std::uint64_t bytes = 1) { return make_file(random, project, bytes); }

  File commit(std::uint64_t bytes = 1) { return value_of(catalog->commit_file(new_file(bytes))); }

  // A try of an upload that is always the same one; it begins now.
  NewFile try_of(std::uint32_t retry_count, std::string idempotency_key = {}) {
    NewFile file = make_file(random, project, 10);
    file.sha256 = {};
    file.attempt = Attempt{.key_id = "k1",
                           .idempotency_key = std::move(idempotency_key),
                           .retry_count = retry_count,
                           .began_at = clock.now()};
    return file;
  }

  // The id that it is answered with, a moment after it began.
  std::string answer(const NewFile& file) {
    clock.advance(std::chrono::milliseconds(1));
    return value_of(catalog->commit_file(file)).id;
  }

  // One second apart, oldest first.
  std::vector<std::string> commit_several(int count, const std::string& purpose = "user_data") {
    std::vector<std::string> ids;
    for (int index = 0; index < count; ++index) {
      NewFile file = new_file();
      file.purpose = purpose;
      ids.push_back(value_of(catalog->commit_file(file)).id);
      clock.advance(std::chrono::seconds(1));
    }
    return ids;
  }

  bool is_there(const Scope& scope, const std::string& id) {
    return value_of(catalog->find_file(scope, id, clock.now())).has_value();
  }

  // A file whose text is still to be taken out.
  File commit_waiting(const Project& owner) {
    NewFile file = make_file(random, owner, 7);
    file.status = FileStatus::uploaded;
    file.report = "not yet";
    return value_of(catalog->commit_file(file));
  }
  File commit_waiting() { return commit_waiting(project); }

  // Lends the next one for a minute.
  std::optional<WaitingFile> claim_waiting(std::string_view after_organization_id = "") {
    return value_of(catalog->claim_waiting(after_organization_id, clock.now(),
                                           clock.now() + std::chrono::minutes(1)));
  }

  // Its id, or "none".
  std::string next_waiting() {
    const std::optional<WaitingFile> lent = claim_waiting();
    return lent ? lent->content.file.id : "none";
  }

  // The file as it is now, which must be there.
  File found(const std::string& id) {
    return value_of(catalog->find_file(organization_scope(), id, clock.now())).value();
  }

  std::string kept_report(const std::string& id) {
    const auto file = value_of(catalog->find_report(organization_scope(), id, clock.now()));
    return file ? file->report : "no file";
  }

  FileQuery query(Order order = Order::ascending, std::uint64_t limit = 100) {
    return FileQuery{
        .scope = organization_scope(), .order = order, .limit = limit, .now = clock.now()};
  }

  Usage usage() { return value_of(catalog->organization_usage(project.organization_id)); }

  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  std::unique_ptr<Catalog> catalog;
  Project project;  // of the one organisation that there is at first

 private:
  ::testing::ScopedTrace trace_;
};

inline bool operator==(const Usage& left, const Usage& right) {
  return left.bytes == right.bytes && left.files == right.files;
}

inline void PrintTo(const Usage& usage, std::ostream* out) {
  *out << usage.bytes << " bytes in " << usage.files << " files";
}

}  // namespace argot::catalog
