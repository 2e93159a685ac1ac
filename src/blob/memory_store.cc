#include "blob/memory_store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/unique_fd.h"
#include "blob/io_error.h"
#include "digest/sha256.h"

namespace argot::blob {

class MemoryStagedBlob final : public StagedBlob {
 public:
  MemoryStagedBlob(MemoryStore& store, BlobId id) : store_(store), id_(std::move(id)) {}
  ~MemoryStagedBlob() override {
    if (state_ != State::sealed) store_.release(bytes_.size());
  }

  Result<> write(Bytes chunk) override {
    ASSERT(state_ == State::writing);
    if (!store_.reserve(chunk.size())) {
      state_ = State::failed;
      return fail(io_error("write", ENOSPC));
    }
    bytes_.insert(bytes_.end(), chunk.begin(), chunk.end());
    return sha256_.write(chunk);
  }

  Result<> finish() override {
    ASSERT(state_ == State::writing);
    state_ = State::finished;
    return sha256_.finish();
  }

  const BlobId& id() const override { return id_; }

  Result<> read(std::uint64_t offset, MutableBytes out) override {
    ASSERT(state_ == State::finished);
    const bool is_within = offset <= bytes_.size() && out.size() <= bytes_.size() - offset;
    if (!is_within) return fail(ErrorCode::content_corrupt, "content ends early");
    std::copy_n(bytes_.data() + offset, out.size(), out.data());
    return {};
  }

  const digest::Sha256Value& sha256() const override { return sha256_.value(); }

  Result<> seal() override {
    ASSERT(state_ == State::finished);
    store_.insert(id_, std::move(bytes_));
    state_ = State::sealed;
    return {};
  }

 private:
  enum class State { writing, finished, sealed, failed };

  MemoryStore& store_;
  const BlobId id_;
  State state_ = State::writing;
  std::vector<std::byte> bytes_;
  digest::Sha256Sink sha256_;
};

namespace {

class MemoryReader final : public BlobReader {
 public:
  static Result<std::unique_ptr<MemoryReader>> open(Bytes content) {
    UniqueFd file(::memfd_create("argot-blob", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!file) return fail(io_error("memfd_create", errno));
    for (Bytes rest = content; !rest.empty();) {
      const ssize_t taken = ::write(file.get(), rest.data(), rest.size());
      if (taken < 0) return fail(io_error("write", errno));
      rest = rest.subspan(static_cast<std::size_t>(taken));
    }
    constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(file.get(), F_ADD_SEALS, seals) < 0) return fail(io_error("fcntl", errno));
    return std::unique_ptr<MemoryReader>(new MemoryReader(std::move(file), content.size()));
  }

  std::uint64_t size() const override { return size_; }
  int descriptor() const override { return file_.get(); }

  Result<> read(std::uint64_t offset, MutableBytes out) override {
    while (!out.empty()) {
      const ssize_t got = ::pread(file_.get(), out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0) return fail(io_error("pread", errno));
      if (got == 0) return fail(ErrorCode::content_corrupt, "content ends early");
      offset += static_cast<std::uint64_t>(got);
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
  }

 private:
  MemoryReader(UniqueFd file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  const UniqueFd file_;
  const std::uint64_t size_;
};

}  // namespace

MemoryStore::MemoryStore(const Clock& clock, Random& random, std::uint64_t capacity_bytes)
    : clock_(clock), random_(random), capacity_bytes_(capacity_bytes) {}

Result<std::unique_ptr<StagedBlob>> MemoryStore::stage() {
  return std::make_unique<MemoryStagedBlob>(*this, BlobId::mint(random_));
}

Result<std::unique_ptr<BlobReader>> MemoryStore::open(const BlobId& id) {
  std::unique_lock lock(mutex_);
  const auto found = contents_.find(id);
  if (found == contents_.end()) return fail(ErrorCode::content_missing, id.text());
  const auto bytes = found->second.bytes;
  lock.unlock();
  TRY(std::unique_ptr<BlobReader> reader, MemoryReader::open(*bytes));
  return reader;
}

std::optional<std::string> MemoryStore::direct_url(const BlobId& id, std::string_view disposition) {
  if (url_prefix_.empty()) return std::nullopt;
  return url_prefix_ + id.text() + "?" + std::string(disposition);
}

Result<> MemoryStore::remove(const BlobId& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = contents_.find(id);
  if (found == contents_.end()) return {};
  used_bytes_ -= found->second.bytes->size();
  contents_.erase(found);
  return {};
}

Result<> MemoryStore::recover() { return {}; }

Result<> MemoryStore::visit(const std::function<Result<>(const BlobEntry&)>& see) {
  std::vector<BlobEntry> entries;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, content] : contents_) {
      entries.push_back(
          {.id = id, .bytes = content.bytes->size(), .modified_at = content.modified_at});
    }
  }
  for (const BlobEntry& entry : entries) TRY_DO(see(entry));
  return {};
}

Result<StoreSpace> MemoryStore::space() {
  const std::scoped_lock lock(mutex_);
  return StoreSpace{.available_bytes = capacity_bytes_ - used_bytes_,
                    .total_bytes = capacity_bytes_};
}

bool MemoryStore::reserve(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  if (bytes > capacity_bytes_ - used_bytes_) return false;
  used_bytes_ += bytes;
  return true;
}

void MemoryStore::release(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  used_bytes_ -= bytes;
}

void MemoryStore::insert(const BlobId& id, std::vector<std::byte> bytes) {
  const WallTime now = clock_.now();
  // owners: see Content.
  auto shared = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  const std::scoped_lock lock(mutex_);
  const bool is_new = contents_.try_emplace(id, Content{std::move(shared), now}).second;
  ASSERT(is_new);
}

}  // namespace argot::blob
