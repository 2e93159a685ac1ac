#include "api/list_files.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/replies.h"
#include "api/wire_file.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/quoting.h"
#include "base/text.h"
#include "http/query.h"
#include "openai/file.h"

namespace argot::api {
namespace {

std::unexpected<Error> refuse(std::string_view parameter, std::string message) {
  return fail(ErrorCode::invalid_request,
              std::move(message) + " - '" + std::string(parameter) + "'", std::string(parameter));
}

// The parameters that the route knows, as sent.
struct SentParameters {
  std::optional<std::string> purpose;
  std::optional<std::string> limit;
  std::optional<std::string> order;
  std::optional<std::string> after;
};

Result<SentParameters> read_parameters(std::string_view query) {
  auto decoded = http::decode_query(query);
  if (!decoded) {
    return fail(ErrorCode::invalid_request, "The query must be at most " +
                                                std::to_string(http::query_parameters_max) +
                                                " percent-encoded parameters, but it is " +
                                                python_repr(shortened(query)) + ".");
  }
  SentParameters sent;
  const std::array<std::pair<std::string_view, std::optional<std::string>*>, 4> known = {
      {{"purpose", &sent.purpose},
       {"limit", &sent.limit},
       {"order", &sent.order},
       {"after", &sent.after}}};
  for (http::QueryParameter& parameter : *decoded) {
    for (const auto& [name, value] : known) {
      if (parameter.name != name) continue;
      // Which of two counts is a matter of taste, and tastes differ between programs.
      if (*value) return refuse(name, "The parameter must come once, but it came several times");
      *value = std::move(parameter.value);
      break;
    }
  }
  return sent;
}

Result<std::uint64_t> read_limit(const std::optional<std::string>& sent) {
  if (!sent) return limits::page_size_max;
  constexpr std::string_view name = "limit";
  const bool is_negative = sent->starts_with('-');
  const auto limit = parse_decimal(std::string_view(*sent).substr(is_negative ? 1 : 0));
  const std::string shown = shortened(*sent);
  if (!limit) return refuse(name, python_repr(shown) + " is not of type 'integer'");
  if (is_negative || *limit < 1) return refuse(name, shown + " is less than the minimum of 1");
  if (*limit > limits::page_size_max) {
    return refuse(
        name, shown + " is greater than the maximum of " + std::to_string(limits::page_size_max));
  }
  return *limit;
}

Result<catalog::Order> read_order(const std::optional<std::string>& sent) {
  if (!sent || *sent == "desc") return catalog::Order::descending;
  if (*sent == "asc") return catalog::Order::ascending;
  return refuse("order", python_repr(shortened(*sent)) + " is not one of ['asc', 'desc']");
}

Result<catalog::FileQuery> read_query(const Caller& caller, std::string_view query) {
  TRY(SentParameters sent, read_parameters(query));
  TRY(const std::uint64_t limit, read_limit(sent.limit));
  TRY(const catalog::Order order, read_order(sent.order));
  // The file itself need not be there any more, nor be the caller's.
  if (sent.after && !is_file_id(*sent.after)) {
    return refuse("after", python_repr(shortened(*sent.after)) + " is not the id of a file");
  }
  return catalog::FileQuery{.scope = caller.scope,
                            .purpose = std::move(sent.purpose),
                            .after = std::move(sent.after),
                            .order = order,
                            .limit = limit,
                            .now = {}};
}

}  // namespace

Result<http::Response> list_files(files::Library& library, const Caller& caller,
                                  std::string_view query) {
  TRY(catalog::FileQuery wanted, read_query(caller, query));
  TRY(catalog::FilePage page, library.list(std::move(wanted)));
  openai::FilePage list;
  list.has_more = page.has_more;
  list.data.reserve(page.files.size());
  for (catalog::ListedFile& file : page.files) list.data.push_back(wire_file(std::move(file)));
  return json_reply(200, openai::encode(list));
}

}  // namespace argot::api
