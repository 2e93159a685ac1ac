#include "argot_open_ai/types/pagination.hpp"

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include "argot_open_ai/funcs/filesListFiles.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

struct Pager::State {
  ArgotOpenAiCore core;
  ListFilesRequest request;
  RequestOptions options;
  std::unordered_set<std::string> cursors{};
  bool hasNext = true;
  Result<ListFilesResponse> page{ListFilesResponse{}};
};

Pager::Pager(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
    : state_(std::make_unique<State>(State{
          .core = std::move(core), .request = std::move(request), .options = std::move(options)})) {
  if (state_->request.after) state_->cursors.insert(*state_->request.after);
}

Pager::~Pager() = default;

bool Pager::nextPage() {
  State& state = *state_;
  if (!state.hasNext) return false;
  state.page = filesListFiles(state.core, state.request, state.options);
  // Decided now, for what is in the page belongs to the caller from here on.
  state.hasNext = state.page.ok() && state.page->hasMore && !state.page->data.empty();
  if (state.hasNext) {
    std::string cursor = state.page->lastId.value_or("");
    if (cursor.empty()) cursor = state.page->data.back().id;
    state.hasNext = state.cursors.insert(cursor).second;
    state.request.after = std::move(cursor);
  }
  return true;
}

Result<ListFilesResponse>& Pager::page() noexcept { return state_->page; }

}  // namespace detail

FilePages::FilePages(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
    : pager_(std::make_unique<detail::Pager>(std::move(core), std::move(request),
                                             std::move(options))) {}

FileResults::FileResults(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
    : pager_(std::make_unique<detail::Pager>(std::move(core), std::move(request),
                                             std::move(options))) {}

bool FileResults::advance() {
  for (;;) {
    if (!pageLoaded_) {
      if (!pager_->nextPage()) return false;
      if (!pager_->page().ok()) {
        current_ = pager_->page().error();
        return true;
      }
      pageLoaded_ = true;
      position_ = 0;
    }
    ListFilesResponse& page = *pager_->page();
    if (position_ < page.data.size()) {
      current_ = std::move(page.data[position_++]);
      return true;
    }
    pageLoaded_ = false;
  }
}

}  // namespace v0
}  // namespace argot::openai
