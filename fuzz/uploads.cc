// The objects of uploads in parts as texts of strangers: what decodes comes out of encode as the
// same value, and requests are taken or refused with the name of a field, whatever they hold.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "openai/upload.h"

namespace argot::openai {
namespace {

void fuzz(std::string_view text) {
  if (const auto upload = decode_upload(text)) {
    const auto again = decode_upload(encode(*upload));
    ASSERT(again && *again == *upload);
  }
  if (const auto part = decode_upload_part(text)) {
    const auto again = decode_upload_part(encode(*part));
    ASSERT(again && *again == *part);
  }
  const auto created = decode_create_upload_request(text);
  ASSERT(created || created.error().code == ErrorCode::invalid_request);
  const auto completed = decode_complete_upload_request(text);
  ASSERT(completed || completed.error().code == ErrorCode::invalid_request);
}

}  // namespace
}  // namespace argot::openai

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  argot::openai::fuzz({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
