// Everything that a multipart::Parser tells its handler, as a value that can be compared.
#pragma once

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "multipart/parser.h"

namespace argot::testing {

struct RecordedPart {
  multipart::PartHead head;
  std::string content;
  bool ended = false;

  friend bool operator==(const RecordedPart&, const RecordedPart&) = default;
};

struct RecordedForm {
  std::vector<RecordedPart> parts;
  std::optional<Error> error;  // what write() or finish() failed with

  friend bool operator==(const RecordedForm&, const RecordedForm&) = default;

  friend std::ostream& operator<<(std::ostream& out, const RecordedForm& form) {
    for (const auto& [head, content, ended] : form.parts) {
      out << "\n  " << head.name << " [" << head.filename.value_or("no file name") << "] ["
          << head.content_type << "] " << content.size() << " bytes: " << content.substr(0, 200)
          << (ended ? "" : " (not ended)");
    }
    return out << "\n  " << (form.error ? describe(*form.error) : "no error");
  }
};

// Where calls come out of order, or with nothing, the record has an error of its own.
class FormRecorder final : public multipart::PartHandler {
 public:
  Result<> begin(const multipart::PartHead& head) override {
    if (is_open_) return out_of_order();
    is_open_ = true;
    form_.parts.push_back({.head = head});
    return {};
  }

  Result<> data(Bytes bytes) override {
    if (!is_open_ || bytes.empty()) return out_of_order();
    ++data_count_;
    form_.parts.back().content += as_text(bytes);
    return {};
  }

  Result<> end() override {
    if (!is_open_) return out_of_order();
    is_open_ = false;
    form_.parts.back().ended = true;
    return {};
  }

  std::size_t data_count() const { return data_count_; }

  RecordedForm form(const Result<>& outcome) && {
    if (!outcome) form_.error = outcome.error();
    return std::move(form_);
  }

 private:
  static std::unexpected<Error> out_of_order() {
    return fail(ErrorCode::internal, "the handler was called out of order");
  }

  RecordedForm form_;
  bool is_open_ = false;
  std::size_t data_count_ = 0;
};

// `play` hands the body to the Sink it is given, as Play of recut.h does.
template <typename Play>
RecordedForm record_form(std::string_view boundary, const multipart::Limits& limits,
                         const Play& play) {
  FormRecorder recorder;
  multipart::Parser parser(boundary, recorder, limits);
  const Result<> outcome = play(parser);
  return std::move(recorder).form(outcome);
}

}  // namespace argot::testing
