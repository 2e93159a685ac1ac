#include "documents/html_text.h"

#include <libxml/HTMLparser.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "documents/characters.h"
#include "documents/utf8_repair.h"

namespace argot::documents {
namespace {

constexpr auto blocks = std::to_array<std::string_view>(
    {"address", "article", "aside",  "blockquote", "body",   "caption", "center",   "dd",
     "details", "dialog",  "dir",    "div",        "dl",     "dt",      "fieldset", "figcaption",
     "figure",  "footer",  "form",   "h1",         "h2",     "h3",      "h4",       "h5",
     "h6",      "head",    "header", "hr",         "legend", "li",      "main",     "menu",
     "nav",     "ol",      "option", "p",          "pre",    "section", "select",   "summary",
     "table",   "tbody",   "tfoot",  "thead",      "title",  "tr",      "ul"});
static_assert(std::ranges::is_sorted(blocks));

// The parser takes a script's end tag for more of the script if it sees the beginning of it alone.
constexpr std::size_t end_tag_bytes = std::string_view("</script>").size();

bool is_block(std::string_view name) { return std::ranges::binary_search(blocks, name); }
bool is_left_out(std::string_view name) {
  return name == "script" || name == "style" || name == "template";
}

// What is shown: white space becomes lines and gaps, when the next word comes.
class PageText {
 public:
  explicit PageText(TextWriter& out) : out_(out) {}

  void start(std::string_view name) {
    if (is_left_out(name)) ++left_out_;
    if (left_out_ > 0) return;
    if (name == "pre" || name == "textarea") ++as_it_is_;
    if (is_block(name)) {
      end_line();
    } else if (name == "br") {
      word("\n");
    } else if (name == "td" || name == "th") {
      gap_ = "\t";
    }
  }

  void end(std::string_view name) {
    if (is_left_out(name)) --left_out_;
    if (left_out_ > 0) return;
    if (name == "pre" || name == "textarea") --as_it_is_;
    if (is_block(name)) end_line();
  }

  void text(std::string_view piece) {
    if (left_out_ > 0) return;
    if (as_it_is_ > 0) {
      word(piece);
      return;
    }
    while (!piece.empty()) {
      const std::size_t from = std::min(piece.find_first_not_of(white_space), piece.size());
      if (from > 0 && gap_.empty()) gap_ = " ";
      piece.remove_prefix(from);
      const std::string_view next = piece.substr(0, piece.find_first_of(white_space));
      if (!next.empty()) word(next);
      piece.remove_prefix(next.size());
    }
  }

  void end_line() {
    gap_ = {};
    if (!out_.is_at_line_start()) out_.write("\n");
  }

 private:
  void word(std::string_view word) {
    if (!out_.is_at_line_start() && word != "\n") out_.write(gap_);
    gap_ = {};
    out_.write(word);
  }

  TextWriter& out_;
  std::string_view gap_;  // before the next word, unless it starts a line
  std::size_t left_out_ = 0;
  std::size_t as_it_is_ = 0;
};

Verdict out_of_memory() {
  return {.outcome = Outcome::too_large, .detail = "the page needs too much memory"};
}

std::string_view view_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

}  // namespace

// What libxml2 calls. No exception may cross its frames.
struct HtmlText::Core {
  explicit Core(TextWriter& given) : out(given), page(given) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { htmlFreeParserCtxt(context); }

  void stop(Verdict ending) {
    if (!verdict.is_good()) return;
    verdict = std::move(ending);
    xmlStopParser(context);
  }

  template <typename Step>
  static void guarded(void* self, Step step) {
    auto& core = *static_cast<Core*>(self);
    if (!core.verdict.is_good()) return;
    try {
      step(core);
    } catch (const std::bad_alloc&) {
      core.stop(out_of_memory());
    }
  }

  static void on_start(void* self, const xmlChar* name, const xmlChar**) {
    guarded(self, [&](Core& core) {
      // The parser looks through all open elements at some end tags.
      if (++core.depth > limits::document_html_depth_max) {
        core.stop({.outcome = Outcome::malformed,
                   .detail = "elements are nested deeper than " +
                             std::to_string(limits::document_html_depth_max)});
        return;
      }
      core.page.start(view_of(name));
    });
  }

  static void on_end(void* self, const xmlChar* name) {
    guarded(self, [&](Core& core) {
      --core.depth;
      core.page.end(view_of(name));
    });
  }

  static void on_text(void* self, const xmlChar* text, int size) {
    guarded(self, [&](Core& core) {
      core.page.text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
    });
  }

  TextWriter& out;
  PageText page;
  htmlParserCtxtPtr context = nullptr;
  Verdict verdict;
  std::size_t depth = 0;
};

HtmlText::HtmlText(TextWriter& out) : core_(std::make_unique<Core>(out)) {
  htmlSAXHandler handler;
  std::memset(&handler, 0, sizeof handler);
  handler.startElement = Core::on_start;
  handler.endElement = Core::on_end;
  handler.characters = Core::on_text;
  handler.ignorableWhitespace = Core::on_text;
  core_->context =
      htmlCreatePushParserCtxt(&handler, core_.get(), nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8);
  if (core_->context == nullptr) {
    core_->verdict = out_of_memory();
    return;
  }
  // What the page says of its charset was looked at, and undone, before. Only with "recover" does a
  // script end at its own end tag, and not at the first one in its strings.
  htmlCtxtUseOptions(core_->context, HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_RECOVER |
                                         HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
}

HtmlText::~HtmlText() = default;

const Verdict& HtmlText::verdict() const { return core_->verdict; }

// How much the parser keeps, because the end of a tag or of a text has not come.
std::size_t HtmlText::kept_bytes() const {
  const auto* const context = core_->context;
  const auto* const input = context == nullptr ? nullptr : context->input;
  return input == nullptr ? 0 : static_cast<std::size_t>(input->end - input->cur);
}

Result<> HtmlText::parse(Bytes chunk, bool is_last) {
  Core& core = *core_;
  if (core.verdict.is_good()) {
    // Where the parser remembers to have looked for an end is wrong after some cuts; then it waits
    // for one for ever. So it looks at all that it keeps again.
    core.context->checkIndex = 0;
    htmlParseChunk(core.context, reinterpret_cast<const char*>(chunk.data()),
                   static_cast<int>(chunk.size()), is_last ? 1 : 0);
    // It does this to itself where memory is missing, and nowhere else.
    if (core.context->disableSAX != 0) core.stop(out_of_memory());
    if (kept_bytes() > limits::document_html_token_bytes_max) {
      core.stop({.outcome = Outcome::too_large,
                 .detail = "a tag or a text is longer than " +
                           std::to_string(limits::document_html_token_bytes_max) + " bytes"});
    }
  }
  if (core.out.error()) return fail(*core.out.error());
  if (!core.verdict.is_good()) return fail(ErrorCode::invalid_file_format, core.verdict.detail);
  return {};
}

Result<> HtmlText::write(Bytes chunk) {
  while (!chunk.empty()) {
    const Bytes piece = chunk.first(std::min(chunk.size(), limits::document_piece_bytes));
    chunk = chunk.subspan(piece.size());
    held_back_ += as_text(piece);
    // At least as much as it looks at again, so that the time stays linear.
    if (held_back_.size() < kept_bytes()) continue;
    const std::size_t tail = held_back_.size() - std::min(held_back_.size(), end_tag_bytes);
    const std::size_t whole = std::min(held_back_.find('<', tail), held_back_.size());
    TRY_DO(parse(as_bytes(std::string_view(held_back_).substr(0, whole)), false));
    held_back_.erase(0, whole);
  }
  return {};
}

Result<> HtmlText::finish() {
  TRY_DO(parse(as_bytes(held_back_), false));
  TRY_DO(parse({}, true));
  core_->page.end_line();
  return {};
}

Result<Verdict> read_html(int descriptor, const Charsets& charsets, Sink& text) {
  TextWriter out(text);
  HtmlText page(out);
  Utf8Repair repair(page, Utf8Repair::Nul::replace);
  std::optional<CharsetDecoder> decoder;
  std::array<char, limits::document_piece_bytes> piece{};
  std::size_t filled = 0;
  bool is_begun = false;
  Result<> written;
  for (bool is_ended = false; !is_ended && written;) {
    const ssize_t size = ::read(descriptor, piece.data() + filled, piece.size() - filled);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Verdict{.outcome = Outcome::malformed, .detail = "it cannot be read"};
    is_ended = size == 0;
    filled += static_cast<std::size_t>(size);
    // Enough for the choice of the charset, however little comes at a time.
    if (!is_ended && !is_begun && filled < charset_head_bytes) continue;
    std::string_view bytes(piece.data(), std::exchange(filled, 0));
    if (!std::exchange(is_begun, true)) {
      const CharsetChoice choice = charset_of(bytes);
      bytes.remove_prefix(choice.mark_bytes);
      void* const converter = charsets.converter(choice.charset);
      if (converter != nullptr) decoder.emplace(converter, repair);
    }
    written = decoder ? decoder->write(as_bytes(bytes)) : repair.write(as_bytes(bytes));
  }
  if (written && decoder) written = decoder->finish();
  if (written) written = repair.finish();
  if (written) written = page.finish();
  out.flush();
  if (out.error()) return fail(*out.error());
  return page.verdict();
}

}  // namespace argot::documents
