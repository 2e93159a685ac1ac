#include "blob/s3_store.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "blob/io_error.h"
#include "blob/s3_answer.h"
#include "blob/s3_blob.h"
#include "blob/s3_status.h"
#include "blob/whole_io.h"

namespace argot::blob {
namespace {

// Of a file that is sent from where it stands, at once.
constexpr std::size_t read_bytes = 256_KiB;

S3Request list_request(const S3Location& location, const std::string& next) {
  S3Request request{.operation = "ListObjectsV2",
                    .query = {{"list-type", "2"}, {"max-keys", "1000"}}};
  if (!location.prefix.empty()) request.query.emplace_back("prefix", location.prefix);
  if (!next.empty()) request.query.emplace_back("continuation-token", next);
  return request;
}

S3Request uploads_request(const S3Location& location, const S3UploadPage& last) {
  S3Request request{.operation = "ListMultipartUploads",
                    .query = {{"uploads", ""}, {"max-uploads", "1000"}}};
  if (!location.prefix.empty()) request.query.emplace_back("prefix", location.prefix);
  if (!last.next_key.empty()) {
    request.query.emplace_back("key-marker", last.next_key);
    request.query.emplace_back("upload-id-marker", last.next_id);
  }
  return request;
}

std::unexpected<Error> no_page(const S3Request& request) {
  return fail(ErrorCode::unavailable,
              "S3 " + std::string(request.operation) + ": the answer is no page of a list");
}

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::open(const S3StoreOptions& options) {
  std::unique_ptr<S3Store> store(new S3Store(options));
  const S3Location& location = store->client_.location();
  const S3Request request = list_request(location, "");
  const auto reply = store->client_.perform(request);
  const bool is_good = reply && reply->is_success() && parse_object_page(reply->body);
  if (is_good) return store;
  std::string reason;
  if (!reply) {
    reason = reply.error().detail;
  } else if (!reply->is_success()) {
    reason = store->client_.refusal(request, *reply).detail;
  } else {
    reason = no_page(request).error().detail;
  }
  return fail(ErrorCode::cannot_start, "--blobs: cannot use the bucket '" + location.bucket +
                                           "' at " + location.scheme + "://" + location.host +
                                           ": " + reason);
}

S3Store::S3Store(const S3StoreOptions& options)
    : operations_(options.operations != nullptr ? *options.operations : system_),
      random_(options.client.random),
      staging_folder_(options.staging_folder),
      upload_age_max_(options.upload_age_max),
      url_lifetime_(options.url_lifetime),
      part_bytes_(options.part_bytes),
      part_memory_(options.part_bytes, options.parts_in_memory),
      client_(options.client),
      threads_(options.requests_at_once) {}

S3Store::~S3Store() { close(); }

Result<std::unique_ptr<StagedBlob>> S3Store::stage() {
  return std::make_unique<S3StagedBlob>(S3StagedBlob::Place{.parts = upload_parts(),
                                                            .memory = part_memory_,
                                                            .folder = staging_folder_,
                                                            .prefix = client_.location().prefix,
                                                            .part_bytes = part_bytes_},
                                        BlobId::mint(random_));
}

Result<std::unique_ptr<BlobReader>> S3Store::open(const BlobId& id) {
  TRY(std::unique_ptr<BlobReader> reader, S3Reader::open(client_, key_of(id)));
  return reader;
}

std::optional<std::string> S3Store::direct_url(const BlobId& id, std::string_view disposition) {
  if (url_lifetime_.count() == 0) return std::nullopt;
  return client_.url_for(key_of(id),
                         {{"response-content-disposition", std::string(disposition)},
                          {"response-content-type", "application/octet-stream"}},
                         url_lifetime_);
}

S3UploadParts S3Store::upload_parts() {
  return {.client = client_,
          .threads = threads_,
          .operations = operations_,
          .knows_if_none_match = knows_if_none_match_};
}

Result<> S3Store::put_file(const BlobId& id, ContentFile content) {
  const auto upload = std::make_shared<S3Upload>(  // owners: this, and the jobs of its parts
      upload_parts(), key_of(id));
  upload->use(std::move(content.file));
  Result<> sent = send_file(*upload, content);
  if (!sent) upload->abandon();
  return sent;
}

// It is read once and hashed twice: as a whole, and by the part. A part is sent when there is one
// behind it; the last one only when the whole is right.
Result<> S3Store::send_file(S3Upload& upload, const ContentFile& content) {
  const std::uint64_t part_bytes = S3Upload::part_bytes_of(content.bytes, part_bytes_);
  std::uint64_t part_begin = 0;
  std::vector<std::byte> buffer(std::min<std::uint64_t>(read_bytes, content.bytes));
  for (std::uint64_t done = 0; done < content.bytes;) {
    const std::uint64_t part_end = std::min(part_begin + part_bytes, content.bytes);
    if (done == part_end) {
      TRY_DO(upload.add({.bytes = done - part_begin, .offset = part_begin, .memory = {}}));
      part_begin = done;
      continue;
    }
    const auto room =
        MutableBytes(buffer).first(std::min<std::uint64_t>(buffer.size(), part_end - done));
    if (auto read = read_whole(operations_, upload.file(), done, room); !read) {
      return fail(ErrorCode::content_corrupt, "it cannot be read: " + read.error().detail);
    }
    upload.hash(room);
    done += room.size();
    if (content.progress) TRY_DO(content.progress(done));
  }
  if (upload.finish_hash() != content.sha256) {
    return fail(ErrorCode::content_corrupt, "its SHA-256 is not what the catalogue says");
  }
  S3Part last{.bytes = content.bytes - part_begin, .offset = part_begin, .memory = {}};
  if (upload.parts() == 0) return upload.put(std::move(last));
  TRY_DO(upload.add(std::move(last)));
  return upload.complete(content.bytes);
}

Result<> S3Store::remove(const BlobId& id) {
  const S3Request request{.operation = "DeleteObject", .method = "DELETE", .key = key_of(id)};
  TRY(const S3Reply reply, client_.perform(request));
  const bool is_gone =
      reply.is_success() || (reply.status == s3_status::not_found && reply.code == "NoSuchKey");
  if (!is_gone) return fail(client_.refusal(request, reply));
  return {};
}

Result<> S3Store::end_abandoned() {
  S3UploadPage page;
  Result<> outcome;
  do {
    const S3Request request = uploads_request(client_.location(), page);
    TRY(const S3Reply reply, client_.perform(request));
    // Who has no such list clears away by itself, or by rules of its operator's.
    if (reply.status == s3_status::not_implemented) return {};
    if (!reply.is_success()) return fail(client_.refusal(request, reply));
    auto parsed = parse_upload_page(reply.body);
    if (!parsed) return no_page(request);
    page = *std::move(parsed);
    for (const S3UnfinishedUpload& upload : page.uploads) {
      const bool is_old = upload.begun_at + upload_age_max_ < client_.clock().now();
      if (!id_of(upload.key) || !is_old) continue;
      // One that S3 will not end keeps no other.
      if (Result<> ended = abort_upload(upload.key, upload.id); !ended) outcome = std::move(ended);
    }
  } while (!page.next_key.empty());
  return outcome;
}

Result<> S3Store::abort_upload(const std::string& key, const std::string& upload_id) {
  const S3Request request{.operation = "AbortMultipartUpload",
                          .method = "DELETE",
                          .key = key,
                          .query = {{"uploadId", upload_id}}};
  TRY(const S3Reply reply, client_.perform(request));
  if (reply.is_success() || reply.status == s3_status::not_found) return {};
  return fail(client_.refusal(request, reply));
}

std::optional<BlobId> S3Store::id_of(std::string_view key) const {
  const std::string& prefix = client_.location().prefix;
  if (!key.starts_with(prefix)) return std::nullopt;
  return BlobId::parse(key.substr(prefix.size()));
}

Result<> S3Store::visit(const std::function<Result<>(const BlobEntry&)>& see) {
  std::string next;
  do {
    const S3Request request = list_request(client_.location(), next);
    TRY(const S3Reply reply, client_.perform(request));
    if (!reply.is_success()) return fail(client_.refusal(request, reply));
    const auto page = parse_object_page(reply.body);
    if (!page) return no_page(request);
    for (const S3Object& object : page->objects) {
      std::optional<BlobId> id = id_of(object.key);
      if (!id) continue;  // whatever it is, it is not ours
      TRY_DO(see(BlobEntry{
          .id = *std::move(id), .bytes = object.bytes, .modified_at = object.modified_at}));
    }
    next = page->next;
  } while (!next.empty());
  return {};
}

Result<StoreSpace> S3Store::space() {
  struct statvfs facts{};
  if (::statvfs(staging_folder_.c_str(), &facts) != 0) return fail(io_error("statvfs", errno));
  return StoreSpace{.available_bytes = std::uint64_t{facts.f_bavail} * facts.f_frsize,
                    .total_bytes = std::uint64_t{facts.f_blocks} * facts.f_frsize};
}

}  // namespace argot::blob
