// A stream of XML as calls: libxml2's push parser without a tree, without a network, and without
// document types, so that no entity is ever defined.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "documents/verdict.h"

namespace argot::documents {

// "2.9.14".
std::string xml_version();

// The attributes of one element; valid during the call that it is given to.
class XmlAttributes {
 public:
  XmlAttributes(const unsigned char** first, std::size_t count) : first_(first), count_(count) {}

  // The value of the first attribute of that name, whatever its namespace.
  std::optional<std::string_view> find(std::string_view name) const;

 private:
  const unsigned char** first_;  // name, prefix, namespace, value, end of value; for each
  std::size_t count_;
};

// Names come without their prefix.
class XmlEvents {
 public:
  XmlEvents() = default;
  XmlEvents(const XmlEvents&) = delete;
  XmlEvents& operator=(const XmlEvents&) = delete;
  virtual ~XmlEvents() = default;

  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  // Any piece of a run of text, never a part of a character.
  virtual void text(std::string_view piece) = 0;
};

// Calls match: feed* (finish | destroy). Not thread-safe.
class XmlParser {
 public:
  // `events` must outlive the XmlParser.
  explicit XmlParser(XmlEvents& events);
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;
  ~XmlParser();

  // False once the document is known to be bad; finish() says why.
  bool feed(Bytes piece);
  Verdict finish();

  // Ends the parsing with a verdict of the caller's; for use in an event.
  void stop(Verdict verdict);

 private:
  struct Core;

  std::unique_ptr<Core> core_;
};

}  // namespace argot::documents
