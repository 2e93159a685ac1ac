// Observe, then judge: stages gather facts without knowing the purpose, and this one pure function
// decides at the end of an upload whether the file is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "jsonl/inspector.h"
#include "policy/purpose.h"

namespace argot::policy {

// validation.mode: `report` and `strict` apply every rule, `off` applies sizes only. A file whose
// content is not what its purpose asks for is kept with the status `error` by `report`, and refused
// by `strict`.
enum class ValidationMode { report, strict, off };

// What the stages saw of a file. Borrows.
struct Facts {
  std::string_view filename;
  std::uint64_t bytes = 0;
  bool is_utf8 = true;
  jsonl::FirstRecord first_record = jsonl::FirstRecord::none;
  const jsonl::Problem* first_error = nullptr;
  // As far as they were counted; more than a limit that was passed.
  std::uint64_t tokens = 0;
};

// How a file comes. Upstream does not look into what it puts together of parts, and so only
// `strict` refuses its content; names, sizes and tokens are no matter of content.
enum class Arrival { whole, in_parts };

struct Policy {
  ValidationMode mode = ValidationMode::report;
  std::uint64_t file_bytes_max = limits::file_bytes;
  std::uint64_t upload_bytes_max = limits::upload_bytes;  // of a file that comes in parts
  std::uint64_t batch_file_bytes_max = limits::batch_file_bytes;
  std::uint64_t assistants_tokens_max = limits::assistants_tokens;
  bool counts_record_tokens = false;  // for the report; no verdict depends on it
  // Nothing: no limit, here and for the project.
  std::optional<std::uint64_t> organization_bytes_max = limits::organization_bytes;
  std::optional<std::uint64_t> project_bytes_max;
  std::vector<Purpose> refuse_downloads;
  // Whether somebody takes the text out of documents; if not, they are kept as they are.
  bool reads_documents = true;

  std::uint64_t file_bytes_max_for(Purpose purpose, Arrival arrival = Arrival::whole) const;
  bool may_download(std::string_view purpose) const;
};

// What becomes of a file that is taken.
struct Verdict {
  // What is wrong with its content: its status is then `error`. Empty: nothing is.
  std::string status_details;
  // Whether its text is still to be taken out, and may have more tokens than are allowed.
  bool waits_for_text = false;

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

// What the error of a text over the limit says; `{}` stands for the limit.
inline constexpr std::string_view too_many_tokens_text =
    "This file has more than {} tokens, the limit for purpose 'assistants'.";
std::string too_many_tokens_message(std::uint64_t tokens_max);

// Accepts, or names the first rule that is broken. Errors: file_too_large, whose detail is the
// limit ("100 MB"); batch_not_utf8; batch_not_jsonl; fine_tune_not_jsonl; unsupported_extension,
// whose detail is the extension as it was written (".exe"); too_many_tokens, whose detail is the
// limit; invalid_file_format, whose detail is what status_details would say.
Result<Verdict> judge(Purpose purpose, const Facts& facts, const Policy& policy,
                      Arrival arrival = Arrival::whole);

// What is known of a file before it comes in parts. Errors: file_too_large and
// unsupported_extension, as above.
Result<> judge_announced(Purpose purpose, const Facts& facts, const Policy& policy);

// What the records of a file of that purpose should be; without formats it need have none.
jsonl::Expectation expectation_of(Purpose purpose);

// What the tokens of a file are counted in, by its purpose and its extension.
enum class TokenSource : std::uint8_t {
  unasked,   // nobody asks for them: the purpose has no limit
  content,   // its content is text
  document,  // its text has to be taken out of it
  none,      // nothing knows a text in it: images, archives, .doc
};
TokenSource token_source(Purpose purpose, std::string_view filename);

// Whether the records of such a file may be counted, too, where somebody asks.
bool has_record_tokens(Purpose purpose);

// Whether every mode but `off` refuses a file of that purpose whose first record is no object.
bool must_be_jsonl(Purpose purpose);

// When a file of that purpose expires if the request does not say: only batch files do.
std::optional<std::uint64_t> default_expires_after_seconds(Purpose purpose);

}  // namespace argot::policy
