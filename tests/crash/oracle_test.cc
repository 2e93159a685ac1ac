#include "tests/crash/oracle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "tests/support/fakes.h"

namespace argot::crash {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OracleOfOneFile : public ::testing::Test {
 protected:
  OracleOfOneFile() { oracle_.hear("create a 4 " + sha256_.hex()); }

  catalog::File file(std::string id = "file-1") {
    return {.id = std::move(id),
            .filename = "a",
            .bytes = 4,
            .sha256 = sha256_,
            .blob = BlobId::mint(random_)};
  }

  testing::SeededRandom random_;
  const digest::Sha256Value sha256_ = digest::sha256_of(as_bytes("text"));
  Oracle oracle_;
};

TEST_F(OracleOfOneFile, LetsARequestWithoutAnAnswerBeEitherWay) {
  EXPECT_THAT(oracle_.contradictions({}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({file()}), IsEmpty());
}

TEST_F(OracleOfOneFile, MissesWhatWasAcknowledged) {
  oracle_.hear("created a file-1 0");
  EXPECT_THAT(oracle_.contradictions({file()}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({}), ElementsAre(HasSubstr("I4: an acknowledged create")));
}

TEST_F(OracleOfOneFile, NoticesOtherContentAndOtherIds) {
  oracle_.hear("created a file-1 0");
  catalog::File other = file();
  other.bytes = 5;
  EXPECT_THAT(oracle_.contradictions({other}), ElementsAre(HasSubstr("I4: the row")));
  EXPECT_THAT(oracle_.contradictions({file("file-2")}), ElementsAre(HasSubstr("I4: the id")));
  EXPECT_THAT(oracle_.contradictions({file(), file("file-2")}),
              ElementsAre(HasSubstr("I11: one create")));
  other = file();
  other.filename = "b";
  EXPECT_THAT(oracle_.contradictions({file(), other}), ElementsAre(HasSubstr("I4: nobody")));
}

TEST_F(OracleOfOneFile, NeverSeesWhatWasRefused) {
  oracle_.hear("refused a");
  EXPECT_THAT(oracle_.contradictions({}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({file()}), ElementsAre(HasSubstr("I6: a refused create")));
}

TEST_F(OracleOfOneFile, NeverSeesWhatWasDeleted) {
  oracle_.hear("created a file-1 0");
  oracle_.hear("delete file-1");
  EXPECT_THAT(oracle_.contradictions({}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({file()}), IsEmpty());
  oracle_.hear("deleted file-1");
  EXPECT_THAT(oracle_.contradictions({}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({file()}), ElementsAre(HasSubstr("I5: an acknowledged")));
}

TEST_F(OracleOfOneFile, MissesWhatARefusedDeleteWasToLeave) {
  oracle_.hear("created a file-1 0");
  oracle_.hear("delete file-1");
  oracle_.hear("kept file-1");
  EXPECT_THAT(oracle_.contradictions({}), ElementsAre(HasSubstr("I4: an acknowledged create")));
}

TEST_F(OracleOfOneFile, NeverSeesWhatHasExpired) {
  oracle_.hear("created a file-1 100");
  catalog::File expiring = file();
  expiring.expires_at = 100;
  oracle_.hear("clock 99999");
  EXPECT_THAT(oracle_.contradictions({expiring}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({}), ElementsAre(HasSubstr("I4: an acknowledged create")));
  oracle_.hear("clock 100000");
  EXPECT_THAT(oracle_.contradictions({}), IsEmpty());
  EXPECT_THAT(oracle_.contradictions({expiring}), ElementsAre(HasSubstr("I12: an expired file")));
}

}  // namespace
}  // namespace argot::crash
