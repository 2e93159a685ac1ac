#include "digest/md5.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/text.h"

namespace argot::digest {
namespace {

std::string md5_of(std::string_view text) {
  Md5 hash;
  hash.update(as_bytes(text));
  return to_hex(hash.finish().bytes);
}

// RFC 1321 appendix A.5.
TEST(Md5, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(md5_of(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_of("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(md5_of("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST(Md5, DoesNotDependOnHowTheBytesAreCut) {
  const std::string text = "12345678901234567890123456789012345678901234567890123456789012345678";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Md5 hash;
    hash.update(as_bytes(std::string_view(text).substr(0, cut)));
    hash.update(as_bytes(std::string_view(text).substr(cut)));
    EXPECT_EQ(to_hex(hash.finish().bytes), md5_of(text)) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace argot::digest
