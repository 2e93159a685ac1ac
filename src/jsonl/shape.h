// Objects as tables: which members one has, which it must have, and who walks each.
#pragma once

#include "json/key.h"
#include "jsonl/walk.h"

namespace argot::jsonl {

// A member of an object that `Checker` knows.
template <typename Checker>
struct Member {
  json::Key key;
  // Walks the value, and reports what is wrong with it.
  void (Checker::*check)(const json::Item& value);
  bool is_required = false;
};

}  // namespace argot::jsonl
