// Stands in for pdftotext: called as it is, it does what the first line of the document says. Built
// without sanitizers, which a sandbox does not suit, and without anything of ours.

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "documents/test_attempts.h"

namespace {

void write_to(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(descriptor, text.data(), text.size());
    if (size <= 0) ::_exit(70);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string content_of(const char* path) {
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) ::_exit(71);
  std::string content(100'000, '\0');
  const ssize_t size = ::read(file, content.data(), content.size());
  content.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return content;
}

// Without using time.
[[noreturn]] void hang() {
  int word = 0;
  for (;;) ::syscall(__NR_futex, &word, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
}

[[noreturn]] void spin() {
  for (volatile unsigned count = 0;;) count = count + 1;
}

[[noreturn]] void use_memory() {
  constexpr std::size_t size = 8U << 20U;
  for (;;) {
    auto* const memory = static_cast<volatile char*>(std::malloc(size));
    if (memory == nullptr) break;
    memory[0] = 1;
  }
  write_to(STDERR_FILENO, "Out of memory\n");
  std::abort();
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

int obey(std::string_view order) {
  if (take(order, "text ")) {
    write_to(STDOUT_FILENO, order);
  } else if (take(order, "attempt ")) {
    write_to(STDOUT_FILENO, std::to_string(argot::documents::attempt(order)));
  } else if (take(order, "exit ")) {
    return number(order);
  } else if (take(order, "say ")) {
    write_to(STDERR_FILENO, std::string(order) + "\n");
    return 1;
  } else if (take(order, "signal ")) {
    std::raise(number(order));
  } else if (order == "hang") {
    write_to(STDOUT_FILENO, "begun");
    hang();
  } else if (order == "spin") {
    spin();
  } else if (order == "memory") {
    use_memory();
  } else if (order == "flood") {
    for (const std::string much(10'000, 'x');;) write_to(STDOUT_FILENO, much);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "-v") {
    write_to(STDERR_FILENO, "pdftotext version 1.2.3\nCopyright\n");
    return 0;
  }
  // As child.cc calls it: options, the document, and "-".
  if (count != 8) return 72;
  const std::string content = content_of(arguments[6]);
  return obey(std::string_view(content).substr(0, content.find('\n')));
}
