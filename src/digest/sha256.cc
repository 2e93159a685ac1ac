#include "digest/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/assert.h"

namespace argot::digest {
namespace {

// EVP_sha256() is looked up again at every start of a hash; the fetched algorithm is not. It lives
// as long as the process, and a libcrypto that has no SHA-256 is no libcrypto for us.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ASSERT(fetched != nullptr);
  return fetched;
}

}  // namespace

void Sha256::FreeContext::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  ASSERT(context_ != nullptr);
  ASSERT(EVP_DigestInit_ex2(context_.get(), sha256_algorithm(), nullptr) == 1);
}

void Sha256::update(Bytes bytes) {
  ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Sha256Value Sha256::finish() {
  Sha256Value value;
  unsigned size = 0;
  auto* const out = reinterpret_cast<unsigned char*>(value.bytes.data());
  ASSERT(EVP_DigestFinal_ex(context_.get(), out, &size) == 1);
  ASSERT(size == value.bytes.size());
  ASSERT(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return value;
}

Result<> Sha256Sink::write(Bytes chunk) {
  ASSERT(!value_);
  hash_.update(chunk);
  return {};
}

Result<> Sha256Sink::finish() {
  ASSERT(!value_);
  value_ = hash_.finish();
  return {};
}

const Sha256Value& Sha256Sink::value() const {
  ASSERT(value_.has_value());
  return *value_;
}

Sha256Value sha256_of(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

bool equal_in_constant_time(Bytes left, Bytes right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace argot::digest
