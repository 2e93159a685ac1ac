#include "server/ballast.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>

#include "catalog/memory_catalog.h"
#include "server/ballasted_catalog.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

constexpr std::uint64_t small = 64_KiB;

class BallastTest : public ::testing::Test {
 protected:
  bool exists() const { return std::filesystem::exists(path_); }

  argot::testing::TempFolder folder_;
  std::string path_ = folder_ / "meta.db-ballast";
  SilentLog log_;
};

TEST_F(BallastTest, IsSpaceThatIsReallyThere) {
  Ballast ballast(path_, log_, small);
  EXPECT_FALSE(exists());
  ballast.prepare();
  struct stat facts{};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_size, static_cast<off_t>(small));
  EXPECT_GE(static_cast<std::uint64_t>(facts.st_blocks) * 512, small);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
}

TEST_F(BallastTest, IsGivenUpOnceUntilItIsRenewed) {
  Ballast ballast(path_, log_, small);
  EXPECT_FALSE(ballast.release());
  ballast.renew();
  EXPECT_TRUE(ballast.release());
  EXPECT_FALSE(exists());
  EXPECT_FALSE(ballast.release());
  EXPECT_EQ(ballast.releases(), 1U);
  ballast.renew();
  EXPECT_TRUE(exists());
  EXPECT_TRUE(ballast.release());
  EXPECT_EQ(ballast.releases(), 2U);
}

TEST_F(BallastTest, OutlivesTheProcessThatSetItAside) {
  Ballast(path_, log_, small).renew();
  Ballast ballast(path_, log_, small);
  ballast.prepare();
  EXPECT_TRUE(exists());
  EXPECT_TRUE(ballast.release());
}

TEST_F(BallastTest, IsTakenAnewWhereAStartWasCutShort) {
  std::ofstream(path_) << "x";
  Ballast ballast(path_, log_, small);
  ballast.prepare();
  EXPECT_EQ(std::filesystem::file_size(path_), small);
}

TEST_F(BallastTest, IsNotMadeOfSpaceThatIsNotThere) {
  Ballast ballast(path_, log_, std::uint64_t{1} << 60U);
  ballast.prepare();
  EXPECT_FALSE(exists());
}

// Has room for nothing until the ballast is gone.
class FullCatalog final : public catalog::MemoryCatalog {
 public:
  FullCatalog(Clock& clock, Random& random, const std::string& ballast)
      : MemoryCatalog(clock, random), ballast_(ballast) {}

  Result<> revoke_key(std::string_view public_id, WallTime now) override {
    TRY_DO(need_room());
    return MemoryCatalog::revoke_key(public_id, now);
  }
  Result<catalog::File> commit_file(const catalog::NewFile& file) override {
    TRY_DO(need_room());
    return MemoryCatalog::commit_file(file);
  }
  Result<bool> delete_file(const catalog::Scope& scope, std::string_view id,
                           WallTime now) override {
    TRY_DO(need_room());
    return MemoryCatalog::delete_file(scope, id, now);
  }
  Result<std::uint64_t> delete_expired(WallTime now, std::uint64_t count) override {
    TRY_DO(need_room());
    return MemoryCatalog::delete_expired(now, count);
  }
  Result<> forget_garbage(const std::vector<catalog::Garbage>& removed) override {
    TRY_DO(need_room());
    return MemoryCatalog::forget_garbage(removed);
  }

  int attempts() const { return attempts_; }

  // Happens while a change fails.
  void meanwhile(std::function<void()> event) { meanwhile_ = std::move(event); }

 private:
  Result<> need_room() {
    ++attempts_;
    if (!std::filesystem::exists(ballast_)) return {};
    if (meanwhile_) meanwhile_();
    return fail(ErrorCode::insufficient_storage);
  }

  const std::string& ballast_;
  int attempts_ = 0;
  std::function<void()> meanwhile_;
};

class BallastedCatalogTest : public BallastTest {
 protected:
  BallastedCatalogTest() {
    auto full = std::make_unique<FullCatalog>(clock_, random_, path_);
    full_ = full.get();
    catalog_.emplace(std::move(full), ballast_);
    ballast_.renew();
  }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  Ballast ballast_{path_, log_, small};
  FullCatalog* full_ = nullptr;
  std::optional<BallastedCatalog> catalog_;
};

TEST_F(BallastedCatalogTest, DeletesOnAFullDisk) {
  EXPECT_EQ(catalog_->delete_file({}, "file-none", clock_.now()), false);
  EXPECT_EQ(full_->attempts(), 2);
  EXPECT_FALSE(exists());
}

TEST_F(BallastedCatalogTest, SweepsOnAFullDisk) {
  EXPECT_EQ(catalog_->delete_expired(clock_.now(), 10), 0U);
  EXPECT_FALSE(exists());
  ballast_.renew();
  EXPECT_TRUE(catalog_->forget_garbage({}));
  EXPECT_FALSE(exists());
}

TEST_F(BallastedCatalogTest, RevokesKeysOnAFullDisk) {
  EXPECT_EQ(catalog_->revoke_key("none", clock_.now()).error().code, ErrorCode::key_not_found);
  EXPECT_FALSE(exists());
}

TEST_F(BallastedCatalogTest, KeepsTheSpaceFromUploads) {
  EXPECT_EQ(catalog_->commit_file({.blob = BlobId::mint(random_)}).error().code,
            ErrorCode::insufficient_storage);
  EXPECT_EQ(full_->attempts(), 1);
  EXPECT_TRUE(exists());
}

TEST_F(BallastedCatalogTest, TriesAgainWhereAnotherGaveTheSpaceUpMeanwhile) {
  full_->meanwhile([this] { ballast_.release(); });
  EXPECT_EQ(catalog_->delete_file({}, "file-none", clock_.now()), false);
  EXPECT_EQ(full_->attempts(), 2);
  EXPECT_EQ(ballast_.releases(), 1U);
}

TEST_F(BallastedCatalogTest, GivesUpWhereThereIsNothingLeftToGive) {
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(catalog_->delete_file({}, "file-none", clock_.now()).error().code,
            ErrorCode::insufficient_storage);
  EXPECT_EQ(full_->attempts(), 1);
}

}  // namespace
}  // namespace argot::server
