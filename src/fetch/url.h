// URLs put together. What a caller hands in becomes data of the URL, never its structure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace argot::fetch {

// As encodeURIComponent of ECMAScript: everything but letters, digits and -_.!~*'() is encoded.
std::string encode_component(std::string_view text);

struct QueryItem {
  std::string name;
  std::string value;
};

// "purpose=fine%20tune&limit=10"; "" for no items.
std::string encode_query(const std::vector<QueryItem>& items);

// `base` is an absolute URL; slashes at the end of its path collapse. `path` begins with a slash
// and is encoded already, as is `query`; the query of `base` stays only where this one is empty.
struct UrlParts {
  std::string_view base;
  std::string_view path;
  std::string_view query;
};
std::string join_url(const UrlParts& parts);

}  // namespace argot::fetch
