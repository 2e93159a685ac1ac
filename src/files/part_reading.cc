#include "files/part_reading.h"

#include <algorithm>
#include <cstddef>

#include "base/bytes.h"
#include "digest/crc32c.h"

namespace argot::files {
namespace {

constexpr std::size_t part_read_bytes = 256_KiB;

// The observer, where there is one, and the digest, where it is asked for.
class ReadingSink final : public Sink {
 public:
  ReadingSink(Sink* observer, digest::Md5* md5) : observer_(observer), md5_(md5) {}

  Result<> write(Bytes chunk) override {
    if (md5_ != nullptr) md5_->update(chunk);
    return observer_ == nullptr ? Result<>() : observer_->write(chunk);
  }
  Result<> finish() override { return observer_ == nullptr ? Result<>() : observer_->finish(); }

 private:
  Sink* observer_;
  digest::Md5* md5_;
};

}  // namespace

bool asks_for_reading(policy::Purpose purpose, std::string_view filename,
                      policy::ValidationMode mode) {
  if (mode == policy::ValidationMode::off) return false;
  return mode == policy::ValidationMode::strict ||
         !policy::expectation_of(purpose).formats.is_empty() ||
         policy::token_source(purpose, filename) == policy::TokenSource::content;
}

policy::Facts ReadParts::facts(std::string_view filename, std::uint64_t bytes) const {
  if (observer) return observer->facts(filename, report);
  return {.filename = filename, .bytes = bytes, .first_record = jsonl::FirstRecord::object};
}

Result<ReadParts> PartReading::read(const PartsToRead& wanted) {
  const policy::ObserverOptions options{
      .mode = wanted.policy.mode,
      .purpose = wanted.purpose,
      .filename = wanted.filename,
      .format = {},
      .tokens_max = wanted.policy.assistants_tokens_max,
      .record_counting = {.is_wanted = wanted.policy.counts_record_tokens}};
  ReadParts result;
  if (asks_for_reading(wanted.purpose, wanted.filename, wanted.policy.mode)) {
    result.observer = inspections_.observe(options);
  }
  std::optional<digest::Md5> md5;
  if (wanted.md5) md5.emplace();
  if (!result.observer && !md5) return result;
  ReadingSink sink(result.observer.get(), md5 ? &*md5 : nullptr);
  TRY_DO(feed(wanted.parts, sink));
  if (md5 && !(md5->finish() == *wanted.md5)) {
    return fail(ErrorCode::invalid_request,
                "The MD5 of the parts is not the one that was given: some bytes were lost or "
                "changed on the way, or 'part_ids' has another order.",
                "md5");
  }
  if (!result.observer) return result;
  if (!result.observer->answers(wanted.purpose)) {
    const auto again = [&](Sink& observer) { return feed(wanted.parts, observer); };
    TRY(result.observer, inspections_.observe_again(again, options));
  }
  result.report = result.observer->report(wanted.purpose, wanted.filename);
  return result;
}

Result<> PartReading::feed(const std::vector<catalog::UploadPart>& parts, Sink& sink) {
  for (const catalog::UploadPart& part : parts) TRY_DO(feed_part(part, sink));
  return sink.finish();
}

Result<> PartReading::feed_part(const catalog::UploadPart& part, Sink& sink) {
  TRY(const std::unique_ptr<blob::BlobReader> reader, blobs_.open(part.blob));
  std::vector<std::byte> buffer(
      static_cast<std::size_t>(std::min<std::uint64_t>(part.bytes, part_read_bytes)));
  digest::BlockChecksumSink checksums;
  for (std::uint64_t offset = 0; offset < part.bytes;) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), part.bytes - offset));
    const MutableBytes piece = MutableBytes(buffer).first(size);
    TRY_DO(reader->read(offset, piece));
    TRY_DO(checksums.write(piece));
    TRY_DO(sink.write(piece));
    offset += size;
  }
  TRY_DO(checksums.finish());
  if (checksums.value() == part.checksums) return {};
  log_.error("alarm_content_corrupt", {{"part", part.id}, {"blob", part.blob.text()}});
  return fail(ErrorCode::content_corrupt, part.id);
}

}  // namespace argot::files
