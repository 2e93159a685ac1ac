// MD5 (RFC 1321) over bytes that come in pieces: clients may say what it should be for an upload,
// to find what was lost on the way. It proves nothing against an adversary; SHA-256 does that.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "base/bytes.h"

// OpenSSL's EVP_MD_CTX, named here so that its header stays in one source.
struct evp_md_ctx_st;

namespace argot::digest {

struct Md5Value {
  std::array<std::byte, 16> bytes{};

  friend bool operator==(const Md5Value&, const Md5Value&) = default;
};

// One running hash, for one text.
class Md5 {
 public:
  Md5();
  Md5(const Md5&) = delete;
  Md5& operator=(const Md5&) = delete;
  ~Md5() = default;

  void update(Bytes bytes);

  // The digest of everything since the start; the last call.
  Md5Value finish();

 private:
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, FreeContext> context_;
};

}  // namespace argot::digest
