// What the digests cost: SHA-256 against libcrypto's one-shot call, two in step against two one
// after the other, CRC32C against its portable twin, and what an upload pays for both.
//
//   build/bench/bench/bench_digest --benchmark_repetitions=5

#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "digest/crc32c.h"
#include "digest/parted_sha256.h"
#include "digest/sha256.h"

namespace argot::digest {
namespace {

std::vector<std::byte> content(std::int64_t size) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1'664'525U + 1'013'904'223U;
    byte = static_cast<std::byte>(state >> 24U);
  }
  return bytes;
}

void count_bytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

void sha256_kept(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  Sha256 hash;
  for (auto round : state) {
    hash.update(bytes);
    benchmark::DoNotOptimize(hash.finish());
  }
  count_bytes(state);
}

void sha256_new_each_time(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  for (auto round : state) benchmark::DoNotOptimize(sha256_of(bytes));
  count_bytes(state);
}

void sha256_evp_one_shot(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  for (auto round : state) {
    EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr);
    benchmark::DoNotOptimize(out);
  }
  count_bytes(state);
}

void crc32c_fast(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  for (auto round : state) benchmark::DoNotOptimize(crc32c(bytes));
  count_bytes(state);
}

void crc32c_plain(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  for (auto round : state) benchmark::DoNotOptimize(crc32c_portable(bytes));
  count_bytes(state);
}

// Some content and its parts: in step, and one after the other.
void sha256_parted(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  PartedSha256 hash(PartHashes::wanted);
  for (auto round : state) hash.update(bytes);
  benchmark::DoNotOptimize(hash.finish());
  count_bytes(state);
}

void sha256_twice(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  Sha256 whole;
  Sha256 part;
  for (auto round : state) {
    whole.update(bytes);
    part.update(bytes);
  }
  benchmark::DoNotOptimize(whole.finish());
  benchmark::DoNotOptimize(part.finish());
  count_bytes(state);
}

// A buffer as it comes from the network, through both Sinks of an upload.
void both_sinks(benchmark::State& state) {
  const std::vector<std::byte> bytes = content(state.range(0));
  Sha256Sink sha256;
  BlockChecksumSink checksums;
  for (auto round : state) {
    if (!sha256.write(bytes) || !checksums.write(bytes)) state.SkipWithError("a sink failed");
  }
  count_bytes(state);
}

constexpr auto body_buffer = static_cast<std::int64_t>(limits::body_buffer_bytes);
constexpr auto block = static_cast<std::int64_t>(limits::checksum_block_bytes);

BENCHMARK(sha256_kept)->Arg(64)->Arg(4096)->Arg(body_buffer)->Arg(block);
BENCHMARK(sha256_new_each_time)->Arg(64)->Arg(4096);
BENCHMARK(sha256_evp_one_shot)->Arg(64)->Arg(4096)->Arg(body_buffer)->Arg(block);
BENCHMARK(sha256_parted)->Arg(4096)->Arg(body_buffer);
BENCHMARK(sha256_twice)->Arg(4096)->Arg(body_buffer);
BENCHMARK(crc32c_fast)->Arg(64)->Arg(4096)->Arg(body_buffer)->Arg(block);
BENCHMARK(crc32c_plain)->Arg(64)->Arg(4096)->Arg(body_buffer)->Arg(block);
BENCHMARK(both_sinks)->Arg(body_buffer);

}  // namespace
}  // namespace argot::digest

BENCHMARK_MAIN();
