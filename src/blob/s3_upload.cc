#include "blob/s3_upload.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "blob/io_error.h"
#include "blob/s3_answer.h"
#include "blob/s3_status.h"
#include "digest/sha256.h"

namespace argot::blob {
namespace {

// A range of a file as the body of a request.
class FileRangeSource final : public fetch::BodySource {
 public:
  FileRangeSource(FileOps& operations, int file, const S3Part& part)
      : operations_(operations), file_(file), offset_(part.offset), bytes_(part.bytes) {}

  std::optional<std::uint64_t> size() const override { return bytes_; }

  std::expected<std::size_t, std::string> read(MutableBytes room) override {
    room = room.first(std::min<std::uint64_t>(room.size(), bytes_ - taken_));
    for (;;) {
      const ssize_t got = room.empty() ? 0 : operations_.pread(file_, room, offset_ + taken_);
      if (got == -EINTR) continue;
      if (got < 0) return std::unexpected(errno_text(static_cast<int>(-got)));
      taken_ += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

  bool rewind() override {
    taken_ = 0;
    return true;
  }

 private:
  FileOps& operations_;
  const int file_;
  const std::uint64_t offset_;
  const std::uint64_t bytes_;
  std::uint64_t taken_ = 0;
};

}  // namespace

S3Upload::S3Upload(const S3UploadParts& parts, std::string key)
    : parts_(parts),
      key_(std::move(key)),
      hash_(parts.client.location().signs_payload ? digest::PartHashes::wanted
                                                  : digest::PartHashes::unwanted) {}

S3Upload::Payload S3Upload::payload_of(S3Part part) {
  return {.part = std::move(part),
          .sha256 = parts_.client.location().signs_payload ? hash_.finish_part().hex()
                                                           : std::string(s3_unsigned_payload)};
}

std::unique_ptr<fetch::BodySource> S3Upload::source_of(const S3Part& part) const {
  if (part.memory || part.bytes == 0) {
    return std::make_unique<fetch::BytesSource>(Bytes(part.memory.get(), part.bytes));
  }
  return std::make_unique<FileRangeSource>(parts_.operations, file_.get(), part);
}

Result<> S3Upload::put(S3Part content) { return put_payload(payload_of(std::move(content))); }

Result<> S3Upload::put_payload(const Payload& content) {
  const auto source = source_of(content.part);
  S3Request request{.operation = "PutObject",
                    .method = "PUT",
                    .key = key_,
                    .body = source.get(),
                    .payload_sha256 = content.sha256};
  const bool is_conditional = parts_.knows_if_none_match;
  if (is_conditional) request.headers.push_back({"If-None-Match", "*"});
  may_be_visible_ = true;
  TRY(const S3Reply reply, parts_.client.perform(request));
  if (reply.is_success()) return {};
  if (is_conditional && reply.status == s3_status::not_implemented) {
    parts_.knows_if_none_match = false;
    return put_payload(content);
  }
  // Nobody else has this key, so it was an earlier try whose answer was lost.
  if (is_conditional && reply.status == s3_status::precondition_failed)
    return confirm(content.part.bytes);
  return fail(parts_.client.refusal(request, reply));
}

Result<> S3Upload::begin() {
  fetch::BytesSource nothing{Bytes()};
  const S3Request request{.operation = "CreateMultipartUpload",
                          .method = "POST",
                          .key = key_,
                          .query = {{"uploads", ""}},
                          .body = &nothing};
  TRY(const S3Reply reply, parts_.client.perform(request));
  if (!reply.is_success()) return fail(parts_.client.refusal(request, reply));
  const auto root = parse_s3_answer(reply.body);
  if (root) upload_id_ = root->text_of("UploadId");
  if (!upload_id_.empty()) return {};
  return fail(ErrorCode::unavailable, "S3 CreateMultipartUpload: the answer has no UploadId");
}

Result<> S3Upload::add(S3Part part) {
  if (upload_id_.empty()) TRY_DO(begin());
  TRY_DO(wait_for_parts(parts_ahead_max - 1));
  std::size_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    etags_.emplace_back();
    number = etags_.size();
    ++parts_left_;
  }
  parts_.threads.submit(
      [self = shared_from_this(), number, sent = payload_of(std::move(part))]() mutable {
        self->send(number, std::move(sent));
      });
  return {};
}

// Returns when no more than so many are left, or with why it makes no sense to go on.
Result<> S3Upload::wait_for_parts(std::size_t left_max) {
  std::unique_lock lock(mutex_);
  part_ended_.wait(lock, [&] { return parts_left_ <= left_max || failure_; });
  if (failure_) return std::unexpected(*failure_);
  return {};
}

void S3Upload::send(std::size_t number, Payload payload) {
  Result<std::string> sent = send_payload(number, payload);
  // Whoever waits for this part may want its memory for the next one.
  payload.part.memory.reset();
  {
    const std::scoped_lock lock(mutex_);
    --parts_left_;
    if (sent) {
      etags_[number - 1] = *std::move(sent);
    } else if (!failure_) {
      failure_ = std::move(sent).error();
    }
  }
  part_ended_.notify_all();
}

Result<std::string> S3Upload::send_payload(std::size_t number, const Payload& payload) {
  if (stop_.stop_requested()) return fail(ErrorCode::unavailable, "it was stopped");
  const auto source = source_of(payload.part);
  const S3Request request{
      .operation = "UploadPart",
      .method = "PUT",
      .key = key_,
      .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_id_}},
      .body = source.get(),
      .payload_sha256 = payload.sha256,
      .stop = stop_.get_token()};
  TRY(const S3Reply reply, parts_.client.perform(request));
  if (!reply.is_success()) return fail(parts_.client.refusal(request, reply));
  const std::string* const etag = fetch::find_header(reply.headers, "etag");
  if (etag == nullptr || etag->empty()) {
    return fail(ErrorCode::unavailable, "S3 UploadPart: the answer has no ETag");
  }
  return *etag;
}

Result<> S3Upload::complete(std::uint64_t bytes) {
  TRY_DO(wait_for_parts(0));
  const std::string text = document();
  fetch::BytesSource source{as_bytes(text)};
  const S3Request request{.operation = "CompleteMultipartUpload",
                          .method = "POST",
                          .key = key_,
                          .query = {{"uploadId", upload_id_}},
                          .body = &source,
                          .payload_sha256 = digest::sha256_of(as_bytes(text)).hex()};
  may_be_visible_ = true;
  TRY(const S3Reply reply, parts_.client.perform(request));
  // An upload that is not there any more was completed by an earlier try, if its object is there.
  if (!reply.is_success() && reply.status != s3_status::not_found) {
    return fail(parts_.client.refusal(request, reply));
  }
  return confirm(bytes);
}

std::string S3Upload::document() const {
  std::string text = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  for (std::size_t number = 1; number <= etags_.size(); ++number) {
    text += "<Part><PartNumber>" + std::to_string(number) + "</PartNumber><ETag>" +
            escape_xml(etags_[number - 1]) + "</ETag></Part>";
  }
  return text + "</CompleteMultipartUpload>";
}

Result<> S3Upload::confirm(std::uint64_t bytes) {
  const S3Request request{.operation = "HeadObject", .method = "HEAD", .key = key_};
  TRY(const S3Reply reply, parts_.client.perform(request));
  if (!reply.is_success()) return fail(parts_.client.refusal(request, reply));
  const std::string* const length = fetch::find_header(reply.headers, "content-length");
  if (length != nullptr && parse_decimal(*length) == bytes) return {};
  return fail(ErrorCode::unavailable, "S3 HeadObject: the object has another size than was sent");
}

void S3Upload::abandon() {
  stop_.request_stop();
  if (upload_id_.empty() && !may_be_visible_) return;
  parts_.threads.submit([self = shared_from_this()] { self->clear_away(); });
}

void S3Upload::clear_away() {
  {
    // Its parts were submitted before this, so each has ended or has a thread.
    std::unique_lock lock(mutex_);
    part_ended_.wait(lock, [this] { return parts_left_ == 0; });
  }
  if (!upload_id_.empty()) {
    const S3Request request{.operation = "AbortMultipartUpload",
                            .method = "DELETE",
                            .key = key_,
                            .query = {{"uploadId", upload_id_}}};
    static_cast<void>(parts_.client.perform(request));
  }
  if (may_be_visible_) {
    const S3Request request{.operation = "DeleteObject", .method = "DELETE", .key = key_};
    static_cast<void>(parts_.client.perform(request));
  }
}

}  // namespace argot::blob
