#include "documents/xml_parser.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"

namespace argot::documents {
namespace {

std::string_view view_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

Verdict out_of_memory() {
  return {.outcome = Outcome::too_large, .detail = "the document needs too much memory"};
}

}  // namespace

std::string xml_version() {
  // "20914" is 2.9.14; what a distribution appends is not a number.
  const std::string_view digits = view_of(reinterpret_cast<const xmlChar*>(xmlParserVersion));
  unsigned number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') break;
    number = number * 10 + static_cast<unsigned>(digit - '0');
  }
  return std::to_string(number / 10'000) + "." + std::to_string(number / 100 % 100) + "." +
         std::to_string(number % 100);
}

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (std::size_t i = 0; i < count_; ++i) {
    const xmlChar** attribute = first_ + 5 * i;
    if (view_of(attribute[0]) != name) continue;
    return std::string_view(reinterpret_cast<const char*>(attribute[3]),
                            static_cast<std::size_t>(attribute[4] - attribute[3]));
  }
  return std::nullopt;
}

// What libxml2 calls. No exception may cross its frames.
struct XmlParser::Core {
  explicit Core(XmlEvents& given) : events(given) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { xmlFreeParserCtxt(context); }

  void stop(Verdict ending) {
    if (is_stopped) return;
    is_stopped = true;
    verdict = std::move(ending);
    xmlStopParser(context);
  }

  template <typename Step>
  static void guarded(void* self, Step step) {
    auto& core = *static_cast<Core*>(self);
    if (core.is_stopped) return;
    try {
      step(core);
    } catch (const std::bad_alloc&) {
      core.stop(out_of_memory());
    }
  }

  // NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's.
  static void on_start(void* self, const xmlChar* name, const xmlChar*, const xmlChar*, int,
                       const xmlChar**, int count, int, const xmlChar** attributes) {
    guarded(self, [&](Core& core) {
      if (++core.depth > limits::document_depth_max) {
        core.stop({.outcome = Outcome::malformed,
                   .detail = "elements are nested deeper than " +
                             std::to_string(limits::document_depth_max)});
        return;
      }
      core.events.start(view_of(name), XmlAttributes(attributes, static_cast<std::size_t>(count)));
    });
  }

  static void on_end(void* self, const xmlChar* name, const xmlChar*, const xmlChar*) {
    guarded(self, [&](Core& core) {
      --core.depth;
      core.events.end(view_of(name));
    });
  }

  static void on_text(void* self, const xmlChar* text, int size) {
    guarded(self, [&](Core& core) {
      core.events.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
    });
  }

  // Called before the parser looks into the declaration.
  static void on_doctype(void* self, const xmlChar*, const xmlChar*, const xmlChar*) {
    guarded(self, [](Core& core) {
      core.stop({.outcome = Outcome::malformed, .detail = "a part has a document type"});
    });
  }

  XmlEvents& events;
  xmlParserCtxtPtr context = nullptr;
  bool is_stopped = false;
  Verdict verdict;
  std::size_t depth = 0;
};

XmlParser::XmlParser(XmlEvents& events) : core_(std::make_unique<Core>(events)) {
  xmlSAXHandler handler;
  std::memset(&handler, 0, sizeof handler);
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = Core::on_start;
  handler.endElementNs = Core::on_end;
  handler.characters = Core::on_text;
  handler.ignorableWhitespace = Core::on_text;
  handler.cdataBlock = Core::on_text;
  handler.internalSubset = Core::on_doctype;
  // Errors are asked for, not printed. Newer versions give a pointer to const.
  handler.serror = [](void*, auto*) {};
  core_->context = xmlCreatePushParserCtxt(&handler, core_.get(), nullptr, 0, nullptr);
  if (core_->context == nullptr) {
    core_->is_stopped = true;
    core_->verdict = out_of_memory();
    return;
  }
  xmlCtxtUseOptions(core_->context, XML_PARSE_NONET);
}

XmlParser::~XmlParser() = default;

bool XmlParser::feed(Bytes piece) {
  ASSERT(piece.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
  if (core_->is_stopped) return false;
  xmlParseChunk(core_->context, reinterpret_cast<const char*>(piece.data()),
                static_cast<int>(piece.size()), 0);
  // Not the code that it returns: that may be of an error that does not end the document.
  return !core_->is_stopped && core_->context->disableSAX == 0;
}

void XmlParser::stop(Verdict verdict) { core_->stop(std::move(verdict)); }

Verdict XmlParser::finish() {
  if (!core_->is_stopped) xmlParseChunk(core_->context, nullptr, 0, 1);
  if (core_->is_stopped) return core_->verdict;
  if (core_->context->errNo == XML_ERR_NO_MEMORY) return out_of_memory();
  if (core_->context->wellFormed == 0) {
    return {.outcome = Outcome::malformed, .detail = "a part is not well-formed XML"};
  }
  // It gave up, and not because of the document.
  if (core_->context->disableSAX != 0) return out_of_memory();
  return {};
}

}  // namespace argot::documents
