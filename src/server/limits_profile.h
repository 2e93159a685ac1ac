// The limits as they were published at one time or another, which are the defaults of an operator's
// choice.
#pragma once

#include <span>
#include <string_view>

#include "server/settings.h"

namespace argot::server {

// A limit of a profile, as a source of settings would give it.
struct ProfileLimit {
  std::string_view key;
  std::string_view text;
};

// All limits that differ between profiles.
std::span<const ProfileLimit> limits_of(LimitsProfile profile);

}  // namespace argot::server
