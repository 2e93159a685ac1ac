#include "detail/multipart_body.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include "base/random.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::string_view defaultType = "application/octet-stream";
constexpr std::string_view hexDigits = "0123456789ABCDEF";

}  // namespace

FormFile formFileOf(std::variant<Blob, CreateFileRequestFile> file) {
  FormFile form;
  if (Blob* const blob = std::get_if<Blob>(&file)) {
    form = {.name = blob->name(), .type = blob->type(), .content = FileContent(std::move(*blob))};
  } else {
    CreateFileRequestFile& named = std::get<CreateFileRequestFile>(file);
    form = {.name = std::move(named.fileName), .type = std::move(named.contentType)};
    if (const Blob* const content = named.content.blob(); form.type.empty() && content != nullptr) {
      form.type = content->type();
    }
    form.content = std::move(named.content);
  }
  if (form.type.empty()) form.type = defaultType;
  return form;
}

std::string escapedFileName(std::string_view name) {
  std::string escaped;
  escaped.reserve(name.size());
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"') {
      escaped += '%';
      escaped += hexDigits[byte >> 4];
      escaped += hexDigits[byte & 0xf];
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string randomToken() {
  std::array<std::byte, 16> bytes{};
  SystemRandom().fill(bytes);
  std::string token;
  for (const std::byte byte : bytes) {
    token += hexDigits[std::to_integer<std::size_t>(byte >> 4)];
    token += hexDigits[std::to_integer<std::size_t>(byte & std::byte{0xf})];
  }
  return token;
}

MultipartBody::MultipartBody(FormFile file, const FormFields& fields, std::string_view boundary)
    : content_(std::move(file.content)), source_(content_.open()), fileSize_(source_->size()) {
  const std::string delimiter = "--" + std::string(boundary);
  head_ = delimiter + "\r\nContent-Disposition: form-data; name=\"" + std::string(file.field) +
          "\"; filename=\"" + escapedFileName(file.name) + "\"\r\nContent-Type: " + file.type +
          "\r\n\r\n";
  for (const auto& [name, value] : fields) {
    for (const std::string_view piece :
         {std::string_view("\r\n"), std::string_view(delimiter),
          std::string_view("\r\nContent-Disposition: form-data; name=\""), std::string_view(name),
          std::string_view("\"\r\n\r\n"), std::string_view(value)}) {
      tail_ += piece;
    }
  }
  tail_ += "\r\n" + delimiter + "--\r\n";
}

std::optional<std::uint64_t> MultipartBody::size() const {
  if (!fileSize_) return std::nullopt;
  return head_.size() + *fileSize_ + tail_.size();
}

std::size_t MultipartBody::read(std::span<std::byte> room) {
  std::size_t filled = 0;
  while (filled < room.size() && stage_ != Stage::end) {
    const std::span<std::byte> rest = room.subspan(filled);
    std::size_t count = 0;
    switch (stage_) {
      case Stage::head:
        count = takeText(head_, rest);
        break;
      case Stage::file:
        count = takeFile(rest);
        break;
      case Stage::tail:
        count = takeText(tail_, rest);
        break;
      case Stage::end:
        break;
    }
    filled += count;
    taken_ += count;
    if (count == 0) {
      stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
      taken_ = 0;
    } else if (stage_ == Stage::file) {
      break;  // what a slow source has is worth sending now
    }
  }
  return filled;
}

std::size_t MultipartBody::takeText(const std::string& text, std::span<std::byte> room) {
  const auto position = static_cast<std::size_t>(taken_);
  const std::size_t count = std::min(room.size(), text.size() - position);
  std::memcpy(room.data(), text.data() + position, count);
  return count;
}

// The size was promised in the head of the request, so a file that gives another is an error here
// and not a garbled form.
std::size_t MultipartBody::takeFile(std::span<std::byte> room) {
  const std::size_t count = source_->read(room);
  if (fileSize_ && (taken_ + count > *fileSize_ || (count == 0 && taken_ != *fileSize_))) {
    throw std::runtime_error("the file changed while it was sent: expected " +
                             std::to_string(*fileSize_) + " bytes, " +
                             (count == 0 ? "got " + std::to_string(taken_) : "got more"));
  }
  return count;
}

bool MultipartBody::rewind() {
  if (content_.blob() != nullptr) {
    source_ = content_.open();
    if (source_->size() != fileSize_) return false;
  } else if (!source_->rewind()) {
    return false;
  }
  stage_ = Stage::head;
  taken_ = 0;
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
