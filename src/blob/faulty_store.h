// A store that fails on command: a decorator for tests of what happens above when content cannot be
// stored, made durable, read or removed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <vector>

#include "base/error.h"
#include "blob/blob_store.h"

namespace argot::blob {

// Thread-safe, as the store behind it is, which must outlive it and what it hands out.
class FaultyStore final : public BlobStore {
 public:
  enum class Operation {
    stage,
    write,
    finish,
    seal,
    open,
    read,
    remove,
    recover,
    abandoned,
    visit,
    space
  };
  enum class Lasts { once, for_ever };

  // Fails one call before it reaches the store behind, so that the call has no effect.
  struct Fault {
    // Which operation; nothing means any.
    std::optional<Operation> operation;
    // The how-manieth call of it fails, counted from when the fault was planted; 1 is the next.
    std::uint64_t nth = 1;
    Error error;
    Lasts lasts = Lasts::once;
  };

  // Fails each call with a chance, the same ones in every run of a single thread.
  struct Chance {
    std::uint32_t seed = 1;
    unsigned per_mille = 0;
    Error error;
  };

  explicit FaultyStore(BlobStore& behind);

  void plant(Fault fault);
  void plant(const Chance& chance);
  void fail_next(Operation operation, Error error);
  // Every read() that covers `offset` of any content sees that byte changed. The descriptor of a
  // reader still shows what is stored.
  void corrupt_reads_at(std::uint64_t offset);
  // Readers have no descriptor any more, as those of a store that is elsewhere.
  void hide_descriptors();
  // Takes all of the above back.
  void heal();

  // Calls so far, failed ones included; of any operation where none is named. To fail each call of
  // a scenario in turn: count once, then plant nth = 1 .. count.
  std::uint64_t calls(std::optional<Operation> operation = std::nullopt) const;
  // How many contents were staged that nobody will read again.
  std::uint64_t forgone_readings() const;
  // What a reader was told last.
  std::optional<std::uint64_t> expected_end() const;

  Result<std::unique_ptr<StagedBlob>> stage() override;
  Result<std::unique_ptr<BlobReader>> open(const BlobId& id) override;
  std::optional<std::string> direct_url(const BlobId& id, std::string_view disposition) override {
    return behind_.direct_url(id, disposition);
  }
  Result<> remove(const BlobId& id) override;
  Result<> recover() override;
  Result<> end_abandoned() override;
  Result<> visit(const std::function<Result<>(const BlobEntry&)>& see) override;
  Result<StoreSpace> space() override;

 private:
  friend class FaultyStagedBlob;
  friend class FaultyReader;

  static constexpr std::size_t operation_count = 11;

  // Counts the call and says whether it fails.
  Result<> enter(Operation operation);
  std::optional<std::uint64_t> corrupt_offset() const;
  bool hides_descriptors() const;
  void count_forgone_reading();
  void note_expected_end(std::uint64_t end);

  mutable std::mutex mutex_;  // Guards all that follows but behind_.
  std::array<std::uint64_t, operation_count> calls_{};
  std::vector<Fault> faults_;
  std::optional<Chance> chance_;
  std::mt19937 dice_;
  std::optional<std::uint64_t> corrupt_offset_;
  bool hides_descriptors_ = false;
  std::uint64_t forgone_readings_ = 0;
  std::optional<std::uint64_t> expected_end_;

  BlobStore& behind_;
};

}  // namespace argot::blob
