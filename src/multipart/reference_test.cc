// The Parser against a splitter that is slow and obviously right, over random bodies: what one
// takes the other takes, with the same parts.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "multipart/parser.h"
#include "tests/support/form_recorder.h"
#include "tests/support/form_reference.h"
#include "tests/support/recut.h"

namespace argot::multipart {
namespace {

using testing::RecordedForm;

// Nothing in here can hit them, so the reference, which knows none, must agree.
constexpr Limits unlimited = {.parts_max = 1U << 20U,
                              .part_head_bytes_max = 1U << 20U,
                              .part_header_count_max = 1U << 20U,
                              .around_parts_bytes_max = 1U << 20U};

class RandomBody {
 public:
  explicit RandomBody(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string boundary() {
    static constexpr std::string_view characters = "-aB'(=";
    std::string text(1 + below(below(4) == 0 ? 70 : 4), '-');
    for (char& c : text) c = characters[below(characters.size())];
    return text;
  }

  // Bits of a form strung together: seldom a valid one, always nearly one.
  std::string soup(const std::string& boundary) {
    const std::string delimiter = "\r\n--" + boundary;
    const std::string header = "Content-Disposition: form-data; name=x";
    const std::array<std::string, 12> bits = {"\r",
                                              "\n",
                                              "\r\n",
                                              "-",
                                              "--",
                                              " ",
                                              "y",
                                              delimiter,
                                              delimiter.substr(2),
                                              delimiter.substr(0, below(delimiter.size())),
                                              delimiter + "\r\n" + header + "\r\n\r\n",
                                              header + "\r\n\r\n"};
    std::string body;
    for (std::size_t count = below(24); count > 0; --count) body += bits[below(bits.size())];
    return body;
  }

  // A valid form with hostile content, of which one byte may then be changed.
  std::string form(const std::string& boundary) {
    std::string body = below(3) == 0 ? soup_without(boundary) + "\r\n" : "";
    for (std::size_t count = below(5); count > 0; --count) {
      body += "--" + boundary + (below(4) == 0 ? " \t" : "") + "\r\n";
      if (below(3) == 0) body += "X-Other: " + boundary + "\r\n";
      body += "Content-Disposition: form-data; name=x\r\n\r\n" + soup_without(boundary) + "\r\n";
    }
    body += "--" + boundary + "--";
    if (below(2) == 0) body += "\r\n" + soup(boundary);
    if (below(2) == 0) body[below(body.size())] = "\r\n-x"[below(4)];
    return body;
  }

 private:
  std::string soup_without(const std::string& boundary) {
    std::string text = soup(boundary);
    for (;;) {
      const std::size_t at = ("\r\n" + text).find("\r\n--" + boundary);
      if (at == std::string::npos) return text;
      text.erase(at, 2);
    }
  }

  std::mt19937 random_;
};

// Whether the reference, which does not look into heads, could agree with the error.
bool is_about_a_head(const RecordedForm& form) {
  return form.error && form.error->detail.starts_with("Part ");
}

void expect_agreement(const std::string& boundary, const std::string& body, std::size_t& taken) {
  const auto run = [&](const auto& play) {
    return testing::record_form(boundary, unlimited, play);
  };
  const auto form = run([&](Sink& sink) { return testing::play_cut(sink, body, {}); });
  EXPECT_EQ(run([&](Sink& sink) {
              return testing::play_cut(sink, body, {body.size() / 3, body.size() / 2});
            }),
            form);
  const auto expected = testing::split_form(boundary, body);
  if (is_about_a_head(form)) return;
  ASSERT_EQ(expected.has_value(), !form.error) << form;
  if (!expected) return;
  ++taken;
  ASSERT_EQ(form.parts.size(), expected->size()) << form;
  for (std::size_t i = 0; i < form.parts.size(); ++i) {
    EXPECT_EQ(form.parts[i].content, (*expected)[i].content);
    EXPECT_TRUE(form.parts[i].ended);
  }
}

TEST(Reference, AgreesOnRandomBodies) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomBody random(seed);
  std::size_t taken = 0;
  constexpr int rounds = 20'000;
  for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const std::string boundary = random.boundary();
    const std::string body = round % 2 == 0 ? random.form(boundary) : random.soup(boundary);
    SCOPED_TRACE("boundary " + boundary + ", body " + ::testing::PrintToString(body));
    expect_agreement(boundary, body, taken);
  }
  // Were nearly all bodies refused, agreement would say little.
  EXPECT_GT(taken, rounds / 8);
}

TEST(Reference, RandomFormsHaveTheSameOutcomeHoweverCut) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RandomBody random(seed);
  for (int round = 0; round < 100 && !::testing::Test::HasFailure(); ++round) {
    const std::string boundary = random.boundary();
    const std::string body = random.form(boundary);
    testing::expect_same_however_cut(
        body, [&](const auto& play) { return testing::record_form(boundary, unlimited, play); });
  }
}

}  // namespace
}  // namespace argot::multipart
