#include "cli/file_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "cli/printable.h"

namespace argot::cli {
namespace {

constexpr std::size_t bytes_column = 1;

using Row = std::array<std::string, 6>;

std::string status_of(const openai::OpenAIFile& file) {
  return file.status ? printable(file.status->str()) : "-";
}

// A server that says less than nothing is not worth a mistake of ours.
std::uint64_t bytes_of(const openai::OpenAIFile& file) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(file.bytes, 0));
}

Row row_of(const openai::OpenAIFile& file, std::string bytes) {
  return {printable(file.id),        std::move(bytes),
          time_text(file.createdAt), printable(file.purpose.str()),
          status_of(file),           printable(file.filename)};
}

}  // namespace

std::string files_table(const std::vector<openai::OpenAIFile>& files) {
  std::vector<Row> rows = {{"ID", "BYTES", "CREATED", "PURPOSE", "STATUS", "FILENAME"}};
  for (const openai::OpenAIFile& file : files) {
    rows.push_back(row_of(file, short_bytes(bytes_of(file))));
  }
  std::array<std::size_t, 6> widths{};
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], column_count(row[column]));
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      const std::string room(widths[column] - column_count(row[column]), ' ');
      text += column == bytes_column ? room + row[column] : row[column] + room;
      text += "  ";
    }
    text += row.back() + "\n";
  }
  return text;
}

std::string file_row(const openai::OpenAIFile& file) {
  std::string text;
  for (const std::string& cell : row_of(file, std::to_string(file.bytes))) {
    text += (text.empty() ? "" : "\t") + cell;
  }
  return text + "\n";
}

std::string file_json(const openai::OpenAIFile& file) {
  return printable_json(file.toJson()) + "\n";
}

std::string file_details(const openai::OpenAIFile& file) {
  std::string text;
  const auto add = [&text](const char* label, const std::string& value) {
    text += std::string(label) + value + "\n";
  };
  add("id        ", printable(file.id));
  add("filename  ", printable(file.filename));
  add("bytes     ", std::to_string(file.bytes) + " (" + short_bytes(bytes_of(file)) + ")");
  add("purpose   ", printable(file.purpose.str()));
  add("created   ", time_text(file.createdAt));
  if (file.expiresAt) add("expires   ", time_text(*file.expiresAt));
  add("status    ", status_of(file));
  if (file.statusDetails) add("problem   ", printable(*file.statusDetails));
  for (const auto& [name, value] : file.extra) {
    add("", printable(name) + "  " + printable(value));
  }
  return text;
}

}  // namespace argot::cli
