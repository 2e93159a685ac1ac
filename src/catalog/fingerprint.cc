#include "catalog/fingerprint.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "digest/sha256.h"

namespace argot::catalog {
namespace {

void add_number(digest::Sha256& hash, std::uint64_t number) {
  std::array<char, sizeof number> bytes{};
  for (char& byte : bytes) {
    byte = static_cast<char>(number & 0xFFU);
    number >>= 8U;
  }
  hash.update(as_bytes(std::string_view(bytes.data(), bytes.size())));
}

// With its length before it, so that no two lists of texts are hashed as the same bytes.
void add_text(digest::Sha256& hash, std::string_view text) {
  add_number(hash, text.size());
  hash.update(as_bytes(text));
}

}  // namespace

digest::Sha256Value fingerprint_of(const NewFile& file) {
  digest::Sha256 hash;
  add_text(hash, file.scope.organization_id);
  add_text(hash, file.scope.project_id.value_or(""));
  add_text(hash, file.purpose);
  add_text(hash, file.filename);
  add_number(hash, file.expires_after_seconds ? *file.expires_after_seconds + 1 : 0);
  hash.update(Bytes(file.sha256.bytes));
  return hash.finish();
}

std::int64_t try_bit(const Attempt& attempt) {
  return std::int64_t{1} << std::min(attempt.retry_count, limits::retry_count_max);
}

}  // namespace argot::catalog
