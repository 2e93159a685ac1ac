// The documents that S3 answers with: XML, of which only what S3 sends is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace argot::blob {

inline constexpr std::size_t s3_answer_bytes_max = 8_MiB;
inline constexpr std::size_t s3_answer_depth_max = 16;

// A value: what is in an element. Attributes and namespaces are not kept.
struct XmlElement {
  std::string name;
  std::string text;  // outside its children
  std::vector<XmlElement> children;

  // The first child of that name; null if there is none.
  const XmlElement* child(std::string_view wanted) const;
  // Its text; "" if there is none.
  std::string_view text_of(std::string_view wanted) const;
};

// The root of a document. Nothing if it is not well-formed, has what S3 does not send (a document
// type, CDATA, comments), or is beyond the bounds above.
std::optional<XmlElement> parse_s3_answer(std::string_view text);

// "2026-11-28T21:46:14.000Z"
std::optional<WallTime> parse_s3_time(std::string_view text);

// `text` as the text of an element.
std::string escape_xml(std::string_view text);

struct S3Object {
  std::string key;
  std::uint64_t bytes = 0;
  WallTime modified_at;
};

// One page of ListObjectsV2. Nothing if the document is none.
struct S3ObjectPage {
  std::vector<S3Object> objects;
  std::string next;  // where the next page begins; "" after the last
};
std::optional<S3ObjectPage> parse_object_page(std::string_view text);

struct S3UnfinishedUpload {
  std::string key;
  std::string id;
  WallTime begun_at;
};

// One page of ListMultipartUploads. Nothing if the document is none.
struct S3UploadPage {
  std::vector<S3UnfinishedUpload> uploads;
  std::string next_key;  // both "" after the last page
  std::string next_id;
};
std::optional<S3UploadPage> parse_upload_page(std::string_view text);

}  // namespace argot::blob
