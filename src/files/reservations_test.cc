#include "files/reservations.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace argot::files {
namespace {

TEST(Reservations, AddUpToWhatIsFreeAndNotOneByteMore) {
  Reservations book;
  ASSERT_TRUE(book.try_add("org", 60, 100));
  const Reservation first(book, "org", 60);
  EXPECT_FALSE(book.try_add("org", 41, 100));
  EXPECT_TRUE(book.try_add("org", 40, 100));
  const Reservation second(book, "org", 40);
  EXPECT_EQ(book.reserved("org"), 100U);
  EXPECT_FALSE(book.try_add("org", 1, 100));
  EXPECT_FALSE(book.try_add("org", 0, 99));
}

TEST(Reservations, OfOneTenantLeaveTheOthersAlone) {
  Reservations book;
  ASSERT_TRUE(book.try_add("one", 100, 100));
  const Reservation first(book, "one", 100);
  EXPECT_EQ(book.reserved("two"), 0U);
}

TEST(Reservations, AreGivenBackOnce) {
  Reservations book;
  ASSERT_TRUE(book.try_add("org", 60, 100));
  {
    Reservation first(book, "org", 60);
    const Reservation moved(std::move(first));
    EXPECT_EQ(book.reserved("org"), 60U);
  }
  EXPECT_EQ(book.reserved("org"), 0U);
}

TEST(Reservations, OfNothingMayOverlap) {
  Reservations book;
  ASSERT_TRUE(book.try_add("org", 0, 100));
  std::optional<Reservation> first(std::in_place, book, "org", 0);
  ASSERT_TRUE(book.try_add("org", 0, 100));
  std::optional<Reservation> second(std::in_place, book, "org", 0);
  first.reset();
  second.reset();
  EXPECT_EQ(book.reserved("org"), 0U);
}

}  // namespace
}  // namespace argot::files
