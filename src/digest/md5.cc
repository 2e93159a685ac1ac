#include "digest/md5.h"

#include <openssl/evp.h>

#include "base/assert.h"

namespace argot::digest {
namespace {

// As for SHA-256. Where libcrypto keeps to FIPS, MD5 has to be asked for by saying that it is no
// matter of security.
const EVP_MD* md5_algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "MD5", "-fips");
  ASSERT(fetched != nullptr);
  return fetched;
}

}  // namespace

void Md5::FreeContext::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Md5::Md5() : context_(EVP_MD_CTX_new()) {
  ASSERT(context_ != nullptr);
  ASSERT(EVP_DigestInit_ex2(context_.get(), md5_algorithm(), nullptr) == 1);
}

void Md5::update(Bytes bytes) {
  ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Md5Value Md5::finish() {
  Md5Value value;
  unsigned size = 0;
  auto* const out = reinterpret_cast<unsigned char*>(value.bytes.data());
  ASSERT(EVP_DigestFinal_ex(context_.get(), out, &size) == 1);
  ASSERT(size == value.bytes.size());
  return value;
}

}  // namespace argot::digest
