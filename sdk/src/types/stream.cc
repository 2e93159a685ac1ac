#include "argot_open_ai/types/stream.hpp"

#include <ios>
#include <istream>
#include <stdexcept>
#include <streambuf>

namespace argot::openai {
inline namespace v0 {
namespace {

const std::streampos nowhere(std::streamoff(-1));

// Works on the buffer and not on the stream, whose state a failed attempt to seek would spoil.
class StreamSource final : public ByteSource {
 public:
  explicit StreamSource(std::istream& stream) : stream_(stream) {
    if (stream_.fail()) return;
    start_ = buffer().pubseekoff(0, std::ios_base::cur, std::ios_base::in);
    if (start_ == nowhere) return;
    const std::streampos end = buffer().pubseekoff(0, std::ios_base::end, std::ios_base::in);
    if (end == nowhere) return;
    if (!rewind()) throw std::runtime_error("a stream cannot go back to where it stood");
    if (end >= start_) size_ = static_cast<std::uint64_t>(end - start_);
  }

  std::optional<std::uint64_t> size() const override { return size_; }

  std::size_t read(std::span<std::byte> room) override {
    if (stream_.fail()) throw std::runtime_error("the stream to upload is in a failed state");
    return static_cast<std::size_t>(buffer().sgetn(reinterpret_cast<char*>(room.data()),
                                                   static_cast<std::streamsize>(room.size())));
  }

  bool rewind() override {
    if (stream_.fail() || start_ == nowhere) return false;
    return buffer().pubseekpos(start_, std::ios_base::in) == start_;
  }

 private:
  std::streambuf& buffer() { return *stream_.rdbuf(); }

  std::istream& stream_;
  std::streampos start_ = nowhere;
  std::optional<std::uint64_t> size_;
};

}  // namespace

ByteSource::~ByteSource() = default;

std::optional<std::uint64_t> ByteSource::size() const { return std::nullopt; }

bool ByteSource::rewind() { return false; }

std::shared_ptr<ByteSource> sourceOf(std::istream& stream) {
  return std::make_shared<StreamSource>(stream);
}

}  // namespace v0
}  // namespace argot::openai
