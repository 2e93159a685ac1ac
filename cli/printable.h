// Texts from elsewhere, sizes and times, as a terminal may show them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace argot::cli {

// On one line and without anything that a terminal would obey: control characters, invisible ones
// that turn the direction of writing, and bytes that are not UTF-8 become \n, \x1B or \u{202E}. A
// backslash is doubled, so that the text can be had back.
std::string printable(std::string_view text);

// The same, but backslashes stay as they are: for our own words, in which texts from elsewhere
// stand quoted already.
std::string visible(std::string_view text);

// The same as printable() for a text that is JSON already, and stays the same JSON.
std::string printable_json(std::string_view json);

// Names for files of this machine: what printable() would escape becomes '_', and so do slashes.
std::string without_controls(std::string_view text);

// How many columns it takes, about: characters from U+1100 on count twice.
std::size_t column_count(std::string_view text);

// The first characters that fit into `columns`, with "..." at the end where some were cut.
std::string cut_to_columns(std::string_view text, std::size_t columns);

// About: "999 B", "1.2 KB", "512 MB"; units are powers of 1024.
std::string short_bytes(std::uint64_t bytes);

// "0:07", "12:34", "1:02:03".
std::string short_duration(std::uint64_t seconds);

// "2026-08-01T12:00:00Z"; the number where no calendar has it.
std::string time_text(std::int64_t unix_seconds);

}  // namespace argot::cli
