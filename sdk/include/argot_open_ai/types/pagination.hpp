// Lists of any length, as ranges that ask for one page after another.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <span>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/result.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {
class Pager;
}

/// The pages of a list, as Result<ListFilesResponse>; ends after the first error. Single pass,
/// lazy: a page is asked for when the loop comes to it. Movable; one thread at a time.
class ARGOT_OPEN_AI_API FilePages {
 public:
  class ARGOT_OPEN_AI_API Iterator {
   public:
    using value_type = Result<ListFilesResponse>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(detail::Pager& pager) : pager_(&pager) { ++*this; }
    Result<ListFilesResponse>& operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.pager_ == nullptr;
    }

   private:
    detail::Pager* pager_ = nullptr;
  };

  FilePages(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options);
  FilePages(FilePages&&) noexcept;
  FilePages& operator=(FilePages&&) noexcept;
  ~FilePages();
  Iterator begin() { return Iterator(*pager_); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::unique_ptr<detail::Pager> pager_;
};

/// The files of all pages, as Result<OpenAIFile>; ends after the first error.
class ARGOT_OPEN_AI_API FileResults {
 public:
  class ARGOT_OPEN_AI_API Iterator {
   public:
    using value_type = Result<OpenAIFile>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(detail::Pager& pager) : pager_(&pager) { ++*this; }
    Result<OpenAIFile>& operator*() const;
    Iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
      return iterator.pager_ == nullptr;
    }

   private:
    detail::Pager* pager_ = nullptr;
  };

  FileResults(ArgotOpenAiCore core, ListFilesRequest request, RequestOptions options);
  FileResults(FileResults&&) noexcept;
  FileResults& operator=(FileResults&&) noexcept;
  ~FileResults();
  Iterator begin() { return Iterator(*pager_); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::unique_ptr<detail::Pager> pager_;
};

/// The files of all pages, as OpenAIFile; throws the first error.
class ARGOT_OPEN_AI_API FileRange {
 public:
  class ARGOT_OPEN_AI_API Iterator {
   public:
    using value_type = OpenAIFile;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(FileResults::Iterator inner) : inner_(inner) { check(); }
    OpenAIFile& operator*() const;
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
    void check() const;

    FileResults::Iterator inner_{};
  };

  explicit FileRange(FileResults results);
  Iterator begin() { return Iterator(results_.begin()); }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  FileResults results_;
};

}  // namespace v0
}  // namespace argot::openai

// All three are views. <span> declares enable_view, which it specialises as well, at a fraction of
// the cost of <ranges>.
template <>
inline constexpr bool std::ranges::enable_view<argot::openai::FilePages> = true;
template <>
inline constexpr bool std::ranges::enable_view<argot::openai::FileResults> = true;
template <>
inline constexpr bool std::ranges::enable_view<argot::openai::FileRange> = true;
