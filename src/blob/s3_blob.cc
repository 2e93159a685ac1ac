#include "blob/s3_blob.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "base/text.h"
#include "blob/nameless_file.h"
#include "blob/s3_status.h"
#include "blob/whole_io.h"

namespace argot::blob {
namespace {

// How often one read takes up a broken answer where it ended.
constexpr int breaks_max = 5;

// Others in front of S3 say 404 as well, and so does S3 of a bucket that is not there.
bool is_key_missing(const S3Reply& reply) {
  return reply.status == s3_status::not_found && reply.code == "NoSuchKey";
}

// After a HEAD, whose answer has no place for the reason.
Error why_not_found(S3Client& client, const std::string& key) {
  const S3Request request{
      .operation = "GetObject", .key = key, .headers = {{"Range", "bytes=0-0"}}};
  const Result<S3Reply> reply = client.perform(request);
  if (!reply) return reply.error();
  if (is_key_missing(*reply)) return {ErrorCode::content_missing, key, {}};
  return client.refusal(request, *reply);
}

}  // namespace

S3StagedBlob::S3StagedBlob(Place place, BlobId id)
    : place_(std::move(place)),
      id_(std::move(id)),
      upload_(std::make_shared<S3Upload>(  // owners: see the header
          place_.parts, place_.prefix + id_.text())) {}

S3StagedBlob::~S3StagedBlob() {
  if (state_ == State::writing || state_ == State::finished) upload_->abandon();
}

void S3StagedBlob::forgo_reading() {
  ASSERT(state_ == State::writing && written_ == 0);
  is_read_again_ = false;
}

Result<> S3StagedBlob::write(Bytes chunk) {
  ASSERT(state_ == State::writing);
  while (!chunk.empty()) {
    const std::uint64_t part_left = part_begin_ + place_.part_bytes - written_;
    // Sent when a byte comes that it has no room for: content of one part needs no upload of parts.
    if (part_left == 0) {
      if (upload_->parts() + 1 == S3Upload::parts_max) {
        return give_up(Error{.code = ErrorCode::file_too_large,
                             .detail = human_bytes(S3Upload::parts_max * place_.part_bytes)});
      }
      if (auto added = upload_->add(take_part()); !added) return give_up(std::move(added).error());
      continue;
    }
    if (part_begin_ == written_) TRY_DO(begin_part());
    const Bytes piece = chunk.first(std::min<std::uint64_t>(chunk.size(), part_left));
    TRY_DO(store(piece));
    chunk = chunk.subspan(piece.size());
  }
  return {};
}

Result<> S3StagedBlob::begin_part() {
  if (!is_read_again_) memory_ = place_.memory.take();
  if (memory_ || upload_->has_file()) return {};
  auto file = make_nameless_file(place_.folder);
  if (!file) return give_up(std::move(file).error());
  upload_->use(*std::move(file));
  return {};
}

Result<> S3StagedBlob::store(Bytes chunk) {
  if (memory_) {
    std::copy_n(chunk.data(), chunk.size(), memory_.get() + (written_ - part_begin_));
  } else if (auto written = write_whole(place_.parts.operations, upload_->file(), chunk);
             !written) {
    return give_up(std::move(written).error());
  } else {
    file_bytes_ += chunk.size();
  }
  upload_->hash(chunk);
  written_ += chunk.size();
  return {};
}

S3Part S3StagedBlob::take_part() {
  const std::uint64_t bytes = written_ - std::exchange(part_begin_, written_);
  return {
      .bytes = bytes, .offset = memory_ ? 0 : file_bytes_ - bytes, .memory = std::move(memory_)};
}

Result<> S3StagedBlob::finish() {
  ASSERT(state_ == State::writing);
  state_ = State::finished;
  sha256_ = upload_->finish_hash();
  return {};
}

const digest::Sha256Value& S3StagedBlob::sha256() const {
  ASSERT(state_ != State::writing);
  return sha256_;
}

Result<> S3StagedBlob::read(std::uint64_t offset, MutableBytes out) {
  ASSERT(state_ == State::finished && is_read_again_);
  if (out.empty() && offset == written_) return {};
  if (!upload_->has_file()) return fail(ErrorCode::content_corrupt, "content ends early");
  return read_whole(place_.parts.operations, upload_->file(), offset, out);
}

Result<> S3StagedBlob::seal() {
  ASSERT(state_ == State::finished);
  if (upload_->parts() == 0) {
    if (auto put = upload_->put(take_part()); !put) return give_up(std::move(put).error());
  } else {
    auto completed = upload_->add(take_part());
    if (completed) completed = upload_->complete(written_);
    if (!completed) return give_up(std::move(completed).error());
  }
  state_ = State::sealed;
  return {};
}

std::unexpected<Error> S3StagedBlob::give_up(Error error) {
  state_ = State::failed;
  upload_->abandon();
  return fail(std::move(error));
}

Result<std::unique_ptr<S3Reader>> S3Reader::open(S3Client& client, const std::string& key) {
  const S3Request request{.operation = "HeadObject", .method = "HEAD", .key = key};
  TRY(const S3Reply reply, client.perform(request));
  if (reply.status == s3_status::not_found) return fail(why_not_found(client, key));
  if (!reply.is_success()) return fail(client.refusal(request, reply));
  const std::string* const length = fetch::find_header(reply.headers, "content-length");
  const std::string* const etag = fetch::find_header(reply.headers, "etag");
  const auto size = length == nullptr ? std::nullopt : parse_decimal(*length);
  if (!size || etag == nullptr) {
    return fail(ErrorCode::unavailable, "S3 HeadObject: the answer has no size or no ETag");
  }
  return std::unique_ptr<S3Reader>(new S3Reader(client, key, *size, *etag));
}

S3Reader::S3Reader(S3Client& client, std::string key, std::uint64_t size, std::string etag)
    : client_(client),
      key_(std::move(key)),
      size_(size),
      etag_(std::move(etag)),
      expected_end_(size) {}

Result<> S3Reader::read(std::uint64_t offset, MutableBytes out) {
  if (offset > size_ || out.size() > size_ - offset) {
    return fail(ErrorCode::content_corrupt, "content ends early");
  }
  int breaks = 0;
  while (!out.empty()) {
    if (!answer_ || position_ != offset) {
      const std::uint64_t end = std::clamp(expected_end_, offset + out.size(), size_);
      TRY_DO(request({.begin = offset, .end = end}));
    }
    TRY(const std::size_t got, read_some(out));
    if (got == 0 && position_ < answer_end_ && ++breaks == breaks_max) {
      return fail(ErrorCode::unavailable, "S3 GetObject: the answer broke off each time");
    }
    if (got == 0 || position_ == answer_end_) answer_.reset();
    offset += got;
    out = out.subspan(got);
  }
  return {};
}

Result<> S3Reader::request(Range range) {
  answer_.reset();
  const std::string bytes = std::to_string(range.begin) + "-" + std::to_string(range.end - 1);
  const S3Request request{.operation = "GetObject",
                          .key = key_,
                          .headers = {{"Range", "bytes=" + bytes}, {"If-Match", etag_}}};
  TRY(auto opened, client_.open(request));
  if (const auto* const refused = std::get_if<S3Reply>(&opened)) {
    if (is_key_missing(*refused)) return fail(ErrorCode::content_missing, key_);
    if (refused->status == s3_status::precondition_failed ||
        refused->status == s3_status::range_not_satisfiable) {
      return fail(ErrorCode::content_corrupt, key_ + " has changed");
    }
    return fail(client_.refusal(request, *refused));
  }
  answer_ = std::move(std::get<std::unique_ptr<fetch::Response>>(opened));
  const std::string* const told = fetch::find_header(answer_->head().headers, "content-range");
  const bool is_asked_for = answer_->head().status == s3_status::partial_content &&
                            told != nullptr &&
                            *told == "bytes " + bytes + "/" + std::to_string(size_);
  if (!is_asked_for) {
    answer_.reset();
    return fail(ErrorCode::unavailable, "S3 GetObject: the answer is another range");
  }
  position_ = range.begin;
  answer_end_ = range.end;
  return {};
}

Result<std::size_t> S3Reader::read_some(MutableBytes out) {
  const auto got = answer_->read(out);
  if (!got) return 0;
  client_.counters().received_bytes.add(*got);
  position_ += *got;
  return *got;
}

}  // namespace argot::blob
