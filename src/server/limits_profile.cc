#include "server/limits_profile.h"

#include <array>
#include <utility>

namespace argot::server {
namespace {

constexpr auto of_2024_10 = std::to_array<ProfileLimit>({
    {"limits.file_bytes", "512MB"},
    {"limits.upload_bytes", "8GB"},
    {"limits.batch_file_bytes", "100MB"},
    {"limits.assistants_tokens", "2000000"},
    {"limits.organization_bytes", "100GB"},
    {"limits.project_bytes", "none"},
    {"limits.uploads_per_minute", "none"},
});

constexpr auto of_2026_08 = std::to_array<ProfileLimit>({
    {"limits.file_bytes", "512MB"},
    {"limits.upload_bytes", "8GB"},
    {"limits.batch_file_bytes", "200MB"},
    {"limits.assistants_tokens", "2000000"},
    {"limits.organization_bytes", "none"},
    {"limits.project_bytes", "2.5TB"},
    {"limits.uploads_per_minute", "1000"},
});

}  // namespace

std::span<const ProfileLimit> limits_of(LimitsProfile profile) {
  switch (profile) {
    case LimitsProfile::of_2024_10:
      return of_2024_10;
    case LimitsProfile::of_2026_08:
      return of_2026_08;
  }
  std::unreachable();
}

}  // namespace argot::server
