#include "blob/faulty_store.h"

#include <numeric>
#include <utility>

#include "base/assert.h"

namespace argot::blob {

class FaultyStagedBlob final : public StagedBlob {
 public:
  FaultyStagedBlob(FaultyStore& store, std::unique_ptr<StagedBlob> behind)
      : store_(store), behind_(std::move(behind)) {}

  Result<> write(Bytes chunk) override {
    TRY_DO(store_.enter(FaultyStore::Operation::write));
    return behind_->write(chunk);
  }

  Result<> finish() override {
    TRY_DO(store_.enter(FaultyStore::Operation::finish));
    return behind_->finish();
  }

  const BlobId& id() const override { return behind_->id(); }

  void forgo_reading() override {
    store_.count_forgone_reading();
    behind_->forgo_reading();
  }

  Result<> read(std::uint64_t offset, MutableBytes out) override {
    TRY_DO(store_.enter(FaultyStore::Operation::read));
    return behind_->read(offset, out);
  }

  const digest::Sha256Value& sha256() const override { return behind_->sha256(); }

  Result<> seal() override {
    TRY_DO(store_.enter(FaultyStore::Operation::seal));
    return behind_->seal();
  }

 private:
  FaultyStore& store_;
  const std::unique_ptr<StagedBlob> behind_;
};

class FaultyReader final : public BlobReader {
 public:
  FaultyReader(FaultyStore& store, std::unique_ptr<BlobReader> behind)
      : store_(store), behind_(std::move(behind)) {}

  std::uint64_t size() const override { return behind_->size(); }
  int descriptor() const override {
    return store_.hides_descriptors() ? -1 : behind_->descriptor();
  }

  void expect_end(std::uint64_t end) override {
    store_.note_expected_end(end);
    behind_->expect_end(end);
  }

  Result<> read(std::uint64_t offset, MutableBytes out) override {
    TRY_DO(store_.enter(FaultyStore::Operation::read));
    TRY_DO(behind_->read(offset, out));
    const std::optional<std::uint64_t> corrupt = store_.corrupt_offset();
    if (corrupt && *corrupt >= offset && *corrupt - offset < out.size()) {
      out[static_cast<std::size_t>(*corrupt - offset)] ^= std::byte{1};
    }
    return {};
  }

 private:
  FaultyStore& store_;
  const std::unique_ptr<BlobReader> behind_;
};

FaultyStore::FaultyStore(BlobStore& behind) : behind_(behind) {}

void FaultyStore::plant(Fault fault) {
  ASSERT(fault.nth > 0);
  const std::scoped_lock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void FaultyStore::plant(const Chance& chance) {
  const std::scoped_lock lock(mutex_);
  chance_ = chance;
  dice_.seed(chance.seed);
}

void FaultyStore::fail_next(Operation operation, Error error) {
  plant({.operation = operation, .error = std::move(error)});
}

void FaultyStore::corrupt_reads_at(std::uint64_t offset) {
  const std::scoped_lock lock(mutex_);
  corrupt_offset_ = offset;
}

void FaultyStore::hide_descriptors() {
  const std::scoped_lock lock(mutex_);
  hides_descriptors_ = true;
}

bool FaultyStore::hides_descriptors() const {
  const std::scoped_lock lock(mutex_);
  return hides_descriptors_;
}

void FaultyStore::heal() {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
  chance_.reset();
  corrupt_offset_.reset();
  hides_descriptors_ = false;
}

std::uint64_t FaultyStore::calls(std::optional<Operation> operation) const {
  const std::scoped_lock lock(mutex_);
  if (operation) return calls_[static_cast<std::size_t>(*operation)];
  return std::accumulate(calls_.begin(), calls_.end(), std::uint64_t{0});
}

Result<> FaultyStore::enter(Operation operation) {
  const std::scoped_lock lock(mutex_);
  ++calls_[static_cast<std::size_t>(operation)];
  std::optional<Error> error;
  for (auto fault = faults_.begin(); fault != faults_.end();) {
    const bool is_meant = fault->operation.value_or(operation) == operation;
    if (is_meant && fault->nth > 1)
      --fault->nth;
    else if (is_meant && !error) {
      error = fault->error;
      if (fault->lasts == Lasts::once) {
        fault = faults_.erase(fault);
        continue;
      }
    }
    ++fault;
  }
  if (!error && chance_ && dice_() % 1000 < chance_->per_mille) error = chance_->error;
  if (error) return fail(*std::move(error));
  return {};
}

std::uint64_t FaultyStore::forgone_readings() const {
  const std::scoped_lock lock(mutex_);
  return forgone_readings_;
}

std::optional<std::uint64_t> FaultyStore::expected_end() const {
  const std::scoped_lock lock(mutex_);
  return expected_end_;
}

void FaultyStore::count_forgone_reading() {
  const std::scoped_lock lock(mutex_);
  ++forgone_readings_;
}

void FaultyStore::note_expected_end(std::uint64_t end) {
  const std::scoped_lock lock(mutex_);
  expected_end_ = end;
}

std::optional<std::uint64_t> FaultyStore::corrupt_offset() const {
  const std::scoped_lock lock(mutex_);
  return corrupt_offset_;
}

Result<std::unique_ptr<StagedBlob>> FaultyStore::stage() {
  TRY_DO(enter(Operation::stage));
  TRY(std::unique_ptr<StagedBlob> staged, behind_.stage());
  return std::make_unique<FaultyStagedBlob>(*this, std::move(staged));
}

Result<std::unique_ptr<BlobReader>> FaultyStore::open(const BlobId& id) {
  TRY_DO(enter(Operation::open));
  TRY(std::unique_ptr<BlobReader> reader, behind_.open(id));
  return std::make_unique<FaultyReader>(*this, std::move(reader));
}

Result<> FaultyStore::remove(const BlobId& id) {
  TRY_DO(enter(Operation::remove));
  return behind_.remove(id);
}

Result<> FaultyStore::recover() {
  TRY_DO(enter(Operation::recover));
  return behind_.recover();
}

Result<> FaultyStore::end_abandoned() {
  TRY_DO(enter(Operation::abandoned));
  return behind_.end_abandoned();
}

Result<> FaultyStore::visit(const std::function<Result<>(const BlobEntry&)>& see) {
  TRY_DO(enter(Operation::visit));
  return behind_.visit(see);
}

Result<StoreSpace> FaultyStore::space() {
  TRY_DO(enter(Operation::space));
  return behind_.space();
}

}  // namespace argot::blob
