// The text of .docx, .pptx and .xlsx: which parts of the archive hold it, and in which order.
#pragma once

#include "base/sink.h"
#include "documents/document_kind.h"
#include "documents/verdict.h"

namespace argot::documents {

// Reads the regular file behind `descriptor`, which stays the caller's, and writes its text to
// `text`, without finishing it. `kind` is one of the three. Fails only with the error of `text`.
Result<Verdict> read_office(int descriptor, Kind kind, Sink& text);

}  // namespace argot::documents
