#include "base/quoting.h"

#include <gtest/gtest.h>

namespace argot {
namespace {

TEST(Quoting, PlainTextStandsInSingleQuotes) {
  EXPECT_EQ(python_repr("world_domination"), "'world_domination'");
  EXPECT_EQ(python_repr(""), "''");
}

TEST(Quoting, QuotesAreChosenAsPythonDoes) {
  EXPECT_EQ(python_repr("it's"), "\"it's\"");
  EXPECT_EQ(python_repr("say \"x\""), "'say \"x\"'");
  EXPECT_EQ(python_repr("'\""), "'\\'\"'");
}

TEST(Quoting, ControlsBecomeEscapes) {
  EXPECT_EQ(python_repr(std::string("a\0b", 3)), "'a\\x00b'");
  EXPECT_EQ(python_repr("\n\r\t\\\x1b\x7f"), "'\\n\\r\\t\\\\\\x1b\\x7f'");
  EXPECT_EQ(python_repr("\u0085"), "'\\x85'");
}

TEST(Quoting, OtherLettersStayAndBrokenOnesBecomeEscapes) {
  EXPECT_EQ(python_repr("\u4f60\u597d \U0001F600"), "'\u4f60\u597d \U0001F600'");
  EXPECT_EQ(python_repr("a\xff\xc3"), "'a\\xff\\xc3'");
  EXPECT_EQ(python_repr("\xe4\xbd"), "'\\xe4\\xbd'");
}

TEST(Quoting, ShortensToTheBound) {
  EXPECT_EQ(shortened(std::string(256, 'x')).size(), 256U);
  EXPECT_EQ(shortened(std::string(257, 'x')), std::string(256, 'x'));
  EXPECT_EQ(shortened("short"), "short");
}

TEST(Quoting, ShorteningCutsNoLetterInTwo) {
  const std::string text = std::string(255, 'x') + "\u00e9";
  EXPECT_EQ(shortened(text), std::string(255, 'x'));
  const std::string smiles = std::string(253, 'x') + "\U0001F600";
  EXPECT_EQ(shortened(smiles), std::string(253, 'x'));
}

TEST(Quoting, ShorteningEndsAlsoInBytesThatAreNoText) {
  EXPECT_EQ(shortened(std::string(1'000, '\x80')).size(), 253U);
}

}  // namespace
}  // namespace argot
