// SHA-256 (FIPS 180-4) over bytes that come in pieces: what an ETag shows, and how a key is stored.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/sink.h"
#include "digest/digest_values.h"

// OpenSSL's EVP_MD_CTX, named here so that its header stays in one source.
struct evp_md_ctx_st;

namespace argot::digest {

// One running hash. The context inside costs more to make than a short text costs to hash, so
// whoever hashes many texts keeps one of these. A moved-from hash may only be destroyed or
// assigned.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept = default;
  Sha256& operator=(Sha256&&) noexcept = default;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256() = default;

  void update(Bytes bytes);

  // The digest of everything since the start or the last finish(); the hash starts anew.
  Sha256Value finish();

 private:
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
};

class Sha256Sink final : public Sink {
 public:
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Only after finish().
  const Sha256Value& value() const;

 private:
  Sha256 hash_;
  std::optional<Sha256Value> value_;
};

Sha256Value sha256_of(Bytes bytes);

// Takes as long for a wrong first byte as for a wrong last one, so that a secret cannot be guessed
// byte by byte. Lengths are no secret: different lengths are different at once.
bool equal_in_constant_time(Bytes left, Bytes right);

}  // namespace argot::digest
