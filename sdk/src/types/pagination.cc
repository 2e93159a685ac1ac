#include "argot_open_ai/types/pagination.hpp"

#include <cstddef>
#include <string>
#include <unordered_set>
#include <utility>

#include "argot_open_ai/funcs/filesListFiles.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

// Asks for pages until there are no more: has_more is false or missing, a page is empty, or the
// cursor would be one that was used before, as with servers that ignore `after`.
class Pager {
 public:
  Pager(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
      : core_(std::move(core)), request_(std::move(request)), options_(std::move(options)) {
    if (request_.after) cursors_.insert(*request_.after);
  }

  // Whether there is another page; loads it.
  bool nextPage();
  // The page that was loaded last, or the error that came instead.
  Result<ListFilesResponse>& page() noexcept { return page_; }

  // The same for the files of the pages, one after the other.
  bool nextFile();
  Result<OpenAIFile>& file() noexcept { return file_; }

 private:
  ArgotOpenAiCore core_;
  ListFilesRequest request_;
  RequestOptions options_;
  std::unordered_set<std::string> cursors_{};
  bool hasNext_ = true;
  Result<ListFilesResponse> page_{ListFilesResponse{}};
  std::size_t position_ = 0;  // in the page, of the next file
  bool isPageLoaded_ = false;
  Result<OpenAIFile> file_{OpenAIFile{}};
};

bool Pager::nextPage() {
  if (!hasNext_) return false;
  page_ = filesListFiles(core_, request_, options_);
  // Decided now, for what is in the page belongs to the caller from here on.
  hasNext_ = page_.ok() && page_->hasMore && !page_->data.empty();
  if (hasNext_) {
    std::string cursor = page_->lastId.value_or("");
    if (cursor.empty()) cursor = page_->data.back().id;
    hasNext_ = cursors_.insert(cursor).second;
    request_.after = std::move(cursor);
  }
  return true;
}

bool Pager::nextFile() {
  for (;;) {
    if (!isPageLoaded_) {
      if (!nextPage()) return false;
      if (!page_.ok()) {
        file_ = page_.error();
        return true;
      }
      isPageLoaded_ = true;
      position_ = 0;
    }
    if (position_ < page_->data.size()) {
      file_ = std::move(page_->data[position_++]);
      return true;
    }
    isPageLoaded_ = false;
  }
}

}  // namespace detail

FilePages::FilePages(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
    : pager_(std::make_unique<detail::Pager>(std::move(core), std::move(request),
                                             std::move(options))) {}
FilePages::FilePages(FilePages&&) noexcept = default;
FilePages& FilePages::operator=(FilePages&&) noexcept = default;
FilePages::~FilePages() = default;

Result<ListFilesResponse>& FilePages::Iterator::operator*() const { return pager_->page(); }

FilePages::Iterator& FilePages::Iterator::operator++() {
  if (!pager_->nextPage()) pager_ = nullptr;
  return *this;
}

FileResults::FileResults(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options)
    : pager_(std::make_unique<detail::Pager>(std::move(core), std::move(request),
                                             std::move(options))) {}
FileResults::FileResults(FileResults&&) noexcept = default;
FileResults& FileResults::operator=(FileResults&&) noexcept = default;
FileResults::~FileResults() = default;

Result<OpenAIFile>& FileResults::Iterator::operator*() const { return pager_->file(); }

FileResults::Iterator& FileResults::Iterator::operator++() {
  if (!pager_->nextFile()) pager_ = nullptr;
  return *this;
}

FileRange::FileRange(FileResults results) : results_(std::move(results)) {}

OpenAIFile& FileRange::Iterator::operator*() const { return **inner_; }

void FileRange::Iterator::check() const {
  if (inner_ != std::default_sentinel && !(*inner_).ok()) (*inner_).error().raise();
}

}  // namespace v0
}  // namespace argot::openai
