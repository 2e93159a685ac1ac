#include "tests/crash/checker.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/limits.h"
#include "catalog/sqlite.h"
#include "digest/sha256.h"
#include "tests/crash/core.h"
#include "tests/crash/workload.h"
#include "tests/support/fakes.h"

namespace argot::crash {
namespace {

constexpr std::uint64_t everything = 1'000'000;
// Small, so that a list has several pages.
constexpr std::uint64_t page_files = 3;

class Checker {
 public:
  Checker(const std::string& data, const Oracle& oracle) : data_(data), oracle_(oracle) {}

  std::vector<std::string> check() {
    if (const Result<> outcome = recover_and_look(); !outcome) {
      broken_.push_back("I0: no server runs on what is left: " + describe(outcome.error()));
    }
    return std::move(broken_);
  }

 private:
  // Trouble that has no place after a crash: the disk is well again.
  Result<> recover_and_look() {
    if (const auto told = oracle_.clock_ms()) {
      clock_.advance(std::chrono::milliseconds(*told - clock_begin_ms));
    }
    TRY(core_, Core::open({.data = data_, .clock = clock_, .random = random_}));
    // Uploads that nobody will complete now: what they leave must be nothing.
    const WallTime far = clock_.now() + 2 * limits::upload_lifetime;
    TRY([[maybe_unused]] const std::uint64_t ended,
        core_->catalog().expire_uploads(far, everything));
    TRY_DO(core_->sweep());
    TRY([[maybe_unused]] const std::uint64_t orphans, core_->sweeper().remove_orphans());

    TRY(const catalog::FilePage page,
        core_->library().list(
            {.scope = core_->scope(), .order = catalog::Order::descending, .limit = everything}));
    std::vector<catalog::File> files;
    for (const catalog::ListedFile& listed : page.files) {
      auto file = core_->library().find(core_->scope(), listed.id);
      expect(file.has_value(), "I8: " + listed.filename + " is listed, and cannot be retrieved");
      if (file) files.push_back(*std::move(file));
    }
    std::ranges::move(oracle_.contradictions(files), std::back_inserter(broken_));
    for (const catalog::File& file : files) TRY_DO(check_content(file));
    TRY_DO(check_pages(files));
    TRY_DO(check_usage(files));
    TRY_DO(check_store(files));
    TRY_DO(check_deleted());
    TRY_DO(check_database(files));
    TRY_DO(check_key());
    return go_on();
  }

  void expect(bool holds, const std::string& what) {
    if (!holds) broken_.push_back(what);
  }

  // I1: a row has its bytes, and they are the ones that were sent.
  Result<> check_content(const catalog::File& file) {
    auto content = core_->library().open_content(core_->scope(), file.id);
    if (!content) {
      expect(false, "I1: content of " + file.filename + ": " + describe(content.error()));
      return {};
    }
    std::string bytes(file.bytes, '\0');
    bool is_whole = true;
    for (std::uint64_t at = 0; at < file.bytes && is_whole;) {
      if (const Result<> verified = (*content)->verify(at, file.bytes); !verified) {
        expect(false, "I1: content of " + file.filename + ": " + describe(verified.error()));
        return {};
      }
      const std::uint64_t ready = (*content)->verified_from(at);
      const files::ContentRegion region = (*content)->region_at(at);
      const ssize_t got =
          ::pread(region.descriptor, bytes.data() + at, ready, static_cast<off_t>(region.offset));
      is_whole = got >= 0 && static_cast<std::uint64_t>(got) == ready;
      at += ready;
    }
    TRY(const digest::Sha256Value sha256, digest_of(file, bytes));
    expect(is_whole && sha256 == file.sha256,
           "I1: content of " + file.filename + " has another SHA-256");
    return {};
  }

  // Of a file in several parts, that of its parts.
  Result<digest::Sha256Value> digest_of(const catalog::File& file, std::string_view bytes) {
    if (file.part_count == 0) return digest::sha256_of(as_bytes(bytes));
    TRY(const std::vector<catalog::ContentPart> parts, core_->catalog().content_parts(file.blob));
    std::vector<std::string> pieces;
    for (const catalog::ContentPart& part : parts) {
      pieces.emplace_back(bytes.substr(0, part.bytes));
      bytes.remove_prefix(std::min<std::size_t>(bytes.size(), part.bytes));
    }
    return digest_of_parts(pieces);
  }

  // I8: pages give each file once, in order.
  Result<> check_pages(const std::vector<catalog::File>& files) {
    std::vector<std::string> expected;
    for (const catalog::File& file : files) expected.push_back(file.id);
    expect(std::ranges::is_sorted(expected, std::greater{}), "I8: the list has no order");
    std::ranges::reverse(expected);

    std::vector<std::string> listed;
    for (std::optional<std::string> after;;) {
      TRY(const catalog::FilePage page,
          core_->library().list({.scope = {.organization_id = core_->scope().organization_id},
                                 .after = after,
                                 .order = catalog::Order::ascending,
                                 .limit = page_files}));
      for (const catalog::ListedFile& file : page.files) listed.push_back(file.id);
      if (!page.has_more || listed.size() > expected.size()) break;
      after = listed.back();
    }
    expect(listed == expected, "I8: the pages are not the list");
    return {};
  }

  // I2: what is counted as used is the sum of what is there.
  Result<> check_usage(const std::vector<catalog::File>& files) {
    catalog::Usage sum;
    for (const catalog::File& file : files) {
      sum.bytes += file.bytes;
      ++sum.files;
    }
    const auto equal = [&](const catalog::Usage& used) {
      return used.bytes == sum.bytes && used.files == sum.files;
    };
    TRY(const catalog::Usage organization,
        core_->catalog().organization_usage(core_->scope().organization_id));
    TRY(const catalog::Usage project, core_->catalog().project_usage(*core_->scope().project_id));
    expect(equal(organization) && equal(project), "I2: the quota is not the sum of the files");
    expect(sum.bytes <= quota_bytes, "I2: more is used than the quota allows");
    return {};
  }

  // I3: nothing is stored that nobody knows.
  Result<> check_store(const std::vector<catalog::File>& files) {
    std::set<std::string> expected;
    for (const catalog::File& file : files) {
      if (file.part_count == 0) expected.insert(file.blob.text());
      TRY(const std::vector<catalog::ContentPart> parts, core_->catalog().content_parts(file.blob));
      for (const catalog::ContentPart& part : parts) expected.insert(part.blob.text());
    }
    std::set<std::string> stored;
    TRY_DO(core_->blobs().visit([&](const blob::BlobEntry& entry) -> Result<> {
      stored.insert(entry.id.text());
      return {};
    }));
    expect(stored == expected, "I3: the blobs are not those of the files");
    expect(std::filesystem::is_empty(data_ + "/tmp"), "I3: tmp/ is not empty");
    TRY(const std::vector<catalog::Garbage> garbage, core_->catalog().garbage(0, 1));
    expect(garbage.empty(), "I3: garbage is left after a sweep");
    return {};
  }

  // I5: what was deleted is found in no way.
  Result<> check_deleted() {
    for (const std::string& id : oracle_.deleted()) {
      const auto found = core_->library().find(core_->scope(), id);
      const auto content = core_->library().open_content(core_->scope(), id);
      const bool is_gone = !found && found.error().code == ErrorCode::file_not_found && !content &&
                           content.error().code == ErrorCode::file_not_found;
      expect(is_gone, "I5: a deleted file is found: " + id);
    }
    return {};
  }

  // I10 and I11: the database is whole, each change has its record, and no id comes twice.
  Result<> check_database(const std::vector<catalog::File>& files) {
    TRY(const std::unique_ptr<catalog::Connection> connection,
        catalog::Connection::open(catalog_path(data_), catalog::Connection::Access::read_only,
                                  std::chrono::seconds(5)));
    {
      static constexpr catalog::Sql integrity_check("PRAGMA integrity_check");
      catalog::Statement verdict = connection->use(integrity_check);
      TRY(const bool has_row, verdict.step());
      expect(has_row && verdict.text(0) == "ok", "I10: the database is damaged");
    }
    std::map<std::string, int> balance;
    static constexpr catalog::Sql changes(
        "SELECT subject, action = 'file.create' FROM audit WHERE action LIKE 'file.%'"
        " ORDER BY sequence");
    catalog::Statement change = connection->use(changes);
    for (;;) {
      TRY(const bool has_row, change.step());
      if (!has_row) break;
      const bool is_create = change.integer(1) != 0;
      const std::string id(change.text(0));
      const auto known = balance.find(id);
      if (is_create) expect(known == balance.end(), "I11: the id was given twice: " + id);
      if (!is_create) {
        expect(known != balance.end() && known->second == 1, "I10: removed, never made: " + id);
      }
      balance[id] += is_create ? 1 : -1;
    }
    std::set<std::string> left;
    for (const auto& [id, count] : balance) {
      if (count != 0) left.insert(id);
    }
    std::set<std::string> expected;
    for (const catalog::File& file : files) expected.insert(file.id);
    expect(left == expected, "I10: the audit log tells of other files");
    return {};
  }

  // Whoever started the server first still has the one key.
  Result<> check_key() {
    TRY(const std::vector<catalog::Key> keys, core_->catalog().keys());
    expect(keys.size() == 1 && core_->folder().stored_key(), "I4: the first key is lost");
    return {};
  }

  // What has survived is a server, not only its data.
  Result<> go_on() {
    constexpr std::string_view content = "after the crash";
    TRY(const catalog::Usage before,
        core_->catalog().organization_usage(core_->scope().organization_id));
    TRY(std::unique_ptr<files::Intake> intake, core_->library().open_intake(core_->scope()));
    TRY_DO(intake->write(as_bytes(content)));
    TRY_DO(intake->finish());
    const auto file = intake->commit({.scope = core_->scope(), .filename = "go-on"});
    if (!file) {
      const bool is_full = before.bytes + content.size() > quota_bytes;
      if (is_full) return {};
      return fail(file.error());
    }
    TRY_DO(core_->library().remove(core_->scope(), file->id));
    TRY([[maybe_unused]] const std::uint64_t removed, core_->sweeper().remove_garbage());
    return {};
  }

  const std::string& data_;
  const Oracle& oracle_;
  std::vector<std::string> broken_;
  testing::FakeClock clock_{clock_begin_ms};
  SystemRandom random_;
  std::unique_ptr<Core> core_;
};

}  // namespace

std::vector<std::string> broken_invariants(const std::string& data, const Oracle& oracle) {
  return Checker(data, oracle).check();
}

}  // namespace argot::crash
