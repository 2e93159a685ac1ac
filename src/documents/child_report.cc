#include "documents/child_report.h"

#include <algorithm>
#include <utility>

namespace argot::documents {
namespace {

// Longer lines lose their ends.
constexpr std::size_t line_bytes_max = 256;

// Whether `line` begins with the word, which is taken off with the space behind it.
bool take_word(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  const std::string_view rest = line.substr(word.size());
  if (!rest.empty() && rest.front() != ' ') return false;
  line = rest.empty() ? rest : rest.substr(1);
  return true;
}

// What goes into logs and answers is one line of printable ASCII.
std::string printable(std::string_view text) {
  std::string clean(text);
  std::ranges::replace_if(clean, [](char c) { return c < ' ' || c > '~'; }, '?');
  return clean;
}

std::string line_of(std::string_view word, std::string_view text) {
  return std::string(word) + ' ' + printable(text) + '\n';
}

}  // namespace

std::string walls_line(std::string_view walls) { return line_of("walls", walls); }
std::string engine_line(std::string_view engine) { return line_of("engine", engine); }
std::string starts_line() { return "starts\n"; }
std::string outcome_line(const Verdict& verdict) {
  return line_of("outcome " + std::string(name(verdict.outcome)), verdict.detail);
}
std::string failed_line(std::string_view text) { return line_of("failed", text); }

void ChildReport::take(std::string_view piece) {
  while (!piece.empty()) {
    const std::size_t size = std::min(piece.find('\n'), piece.size());
    const std::string_view part = piece.substr(0, size);
    line_ += part.substr(0, line_bytes_max - std::min(line_bytes_max, line_.size()));
    piece.remove_prefix(size);
    if (piece.empty()) return;
    piece.remove_prefix(1);
    take_line(std::exchange(line_, {}));
  }
}

void ChildReport::take_line(std::string_view line) {
  if (is_engine_started_) {
    take_engine_line(line);
  } else if (take_word(line, "walls")) {
    walls_ = printable(line);
  } else if (take_word(line, "engine")) {
    engine_ = printable(line);
  } else if (take_word(line, "failed")) {
    failure_ = printable(line);
  } else if (line == "starts") {
    is_engine_started_ = true;
  } else if (take_word(line, "outcome")) {
    const std::string_view word = line.substr(0, line.find(' '));
    const auto outcome = outcome_named(word);
    if (!outcome) return;
    take_word(line, word);
    verdict_ = Verdict{.outcome = *outcome, .detail = printable(line)};
  }
}

void ChildReport::take_engine_line(std::string_view line) {
  constexpr std::string_view version = "pdftotext version ";
  if (line.starts_with(version)) {
    engine_ = "pdftotext " + printable(line.substr(version.size()));
  } else if (line.ends_with("Incorrect password")) {
    wants_password_ = true;
  } else if (line.find("Out of memory") != std::string_view::npos ||
             line.find("std::bad_alloc") != std::string_view::npos) {
    is_out_of_memory_ = true;
  } else if (std::string_view text = line; take_word(text, "failed")) {
    // It did not start after all.
    failure_ = printable(text);
  }
}

}  // namespace argot::documents
