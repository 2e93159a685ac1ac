// Lists of any length, as ranges that ask for one page after another.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <ranges>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/result.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {

/// Asks for pages until there are no more: has_more is false or missing, a page is empty, or the
/// cursor would be one that was used before, as with servers that ignore `after`.
class ARGOT_OPEN_AI_API Pager {
 public:
  Pager(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options);
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;
  ~Pager();

  /// Whether there is another page; loads it.
  bool nextPage();
  /// The page that was loaded last, or the error that came instead.
  Result<ListFilesResponse>& page() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace detail

/// The pages of a list, as Result<ListFilesResponse>; ends after the first error. Single pass,
/// lazy: a page is asked for when the loop comes to it. Movable; one thread at a time.
class ARGOT_OPEN_AI_API FilePages : public std::ranges::view_interface<FilePages> {
 public:
  class Iterator {
   public:
    using value_type = Result<ListFilesResponse>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(detail::Pager& pager) : pager_(&pager) { ++*this; }
    Result<ListFilesResponse>& operator*() const { return pager_->page(); }
    Iterator& operator++() {
      if (!pager_->nextPage()) pager_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.pager_ == nullptr;
    }

   private:
    detail::Pager* pager_ = nullptr;
  };

  FilePages(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options);
  Iterator begin() { return Iterator(*pager_); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::unique_ptr<detail::Pager> pager_;
};

/// The files of all pages, as Result<OpenAIFile>; ends after the first error.
class ARGOT_OPEN_AI_API FileResults : public std::ranges::view_interface<FileResults> {
 public:
  class Iterator {
   public:
    using value_type = Result<OpenAIFile>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(FileResults& results) : results_(&results) { ++*this; }
    Result<OpenAIFile>& operator*() const { return results_->current_; }
    Iterator& operator++() {
      if (!results_->advance()) results_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.results_ == nullptr;
    }

   private:
    FileResults* results_ = nullptr;
  };

  FileResults(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options);
  Iterator begin() { return Iterator(*this); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  bool advance();

  std::unique_ptr<detail::Pager> pager_;
  std::size_t position_ = 0;
  bool pageLoaded_ = false;
  Result<OpenAIFile> current_{OpenAIFile{}};
};

/// The files of all pages, as OpenAIFile; throws the first error.
class ARGOT_OPEN_AI_API FileRange : public std::ranges::view_interface<FileRange> {
 public:
  class Iterator {
   public:
    using value_type = OpenAIFile;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(FileResults::Iterator inner) : inner_(inner) { check(); }
    OpenAIFile& operator*() const { return **inner_; }
    Iterator& operator++() {
      ++inner_;
      check();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t end) {
      return iterator.inner_ == end;
    }

   private:
    void check() const {
      if (inner_ != std::default_sentinel && !(*inner_).ok()) (*inner_).error().raise();
    }

    FileResults::Iterator inner_{};
  };

  explicit FileRange(FileResults results) : results_(std::move(results)) {}
  Iterator begin() { return Iterator(results_.begin()); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  FileResults results_;
};

}  // namespace v0
}  // namespace argot::openai
