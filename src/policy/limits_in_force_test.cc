#include "policy/limits_in_force.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace argot::policy {
namespace {

// Every limit as it is in force, nothing being no limit.
using InForce = std::map<std::string_view, std::optional<std::uint64_t>>;

const Policy settings = {.file_bytes_max = 1,
                         .upload_bytes_max = 6,
                         .batch_file_bytes_max = 2,
                         .assistants_tokens_max = 5,
                         .organization_bytes_max = 3,
                         .project_bytes_max = 4};

InForce in_force(const LimitOverrides& overrides) {
  const Policy policy = limits_in_force(settings, overrides);
  InForce values;
  for (const LimitKind& kind : limit_kinds()) values[kind.name] = kind.get(policy);
  return values;
}

InForce with(std::string_view name, std::optional<std::uint64_t> value) {
  InForce values = {{"file_bytes", 1},        {"upload_bytes", 6},       {"batch_file_bytes", 2},
                    {"assistants_tokens", 5}, {"organization_bytes", 3}, {"project_bytes", 4}};
  values[name] = value;
  return values;
}

constexpr std::string_view names[] = {"file_bytes",        "upload_bytes",       "batch_file_bytes",
                                      "assistants_tokens", "organization_bytes", "project_bytes"};

TEST(LimitsInForce, AreThoseOfTheSettingsWhereNobodyHasAny) {
  EXPECT_EQ(in_force({}), with("file_bytes", 1));
  EXPECT_EQ(limit_kinds().size(), std::size(names));
}

// One cell of the table: a limit, of which level, with which value.
TEST(LimitsInForce, AnOrganizationsComesBeforeTheSettings) {
  for (const std::string_view name : names) {
    SCOPED_TRACE(name);
    for (const auto& value : {std::optional<std::uint64_t>(0), std::optional<std::uint64_t>(99),
                              std::optional<std::uint64_t>()}) {
      EXPECT_EQ(in_force({.organization = {{std::string(name), Limit{value}}}}), with(name, value));
    }
  }
}

TEST(LimitsInForce, AProjectsComesBeforeTheSettings) {
  for (const std::string_view name : names) {
    SCOPED_TRACE(name);
    const bool counts = name != "organization_bytes";
    for (const auto& value : {std::optional<std::uint64_t>(0), std::optional<std::uint64_t>(99),
                              std::optional<std::uint64_t>()}) {
      EXPECT_EQ(in_force({.project = {{std::string(name), Limit{value}}}}),
                counts ? with(name, value) : with(name, 3));
    }
  }
}

TEST(LimitsInForce, AProjectsComesBeforeItsOrganizations) {
  for (const std::string_view name : names) {
    SCOPED_TRACE(name);
    const bool counts = name != "organization_bytes";
    const std::string key(name);
    EXPECT_EQ(in_force({.organization = {{key, Limit{50}}}, .project = {{key, Limit{60}}}}),
              with(name, counts ? 60 : 50));
    EXPECT_EQ(in_force({.organization = {{key, Limit{50}}}, .project = {{key, Limit{}}}}),
              with(name, counts ? std::nullopt : std::optional<std::uint64_t>(50)));
    EXPECT_EQ(in_force({.organization = {{key, Limit{}}}, .project = {{key, Limit{60}}}}),
              with(name, counts ? std::optional<std::uint64_t>(60) : std::nullopt));
  }
}

TEST(LimitsInForce, PassOverWhatTheyDoNotKnow) {
  EXPECT_EQ(in_force({.organization = {{"vision_pixels", Limit{7}}},
                      .project = {{"", Limit{7}}, {"FILE_BYTES", Limit{7}}}}),
            with("file_bytes", 1));
  EXPECT_EQ(find_limit_kind("vision_pixels"), nullptr);
}

TEST(LimitsInForce, WithoutALimitNoFileIsTooLarge) {
  const LimitOverrides none = {.organization = {{"file_bytes", Limit{}}}};
  const Policy policy = limits_in_force(settings, none);
  constexpr std::uint64_t huge = std::uint64_t{1} << 62U;
  EXPECT_TRUE(judge(Purpose::vision, {.filename = "a.png", .bytes = huge}, policy));
  // What is left of the limits holds: a batch has one of its own.
  EXPECT_EQ(policy.file_bytes_max_for(Purpose::batch), 2U);
}

TEST(LimitsInForce, LeaveTheRestOfThePolicyAlone) {
  Policy strict = settings;
  strict.mode = ValidationMode::strict;
  strict.refuse_downloads = {Purpose::vision};
  const Policy policy = limits_in_force(strict, {.organization = {{"file_bytes", Limit{9}}}});
  EXPECT_EQ(policy.mode, ValidationMode::strict);
  EXPECT_FALSE(policy.may_download("vision"));
}

}  // namespace
}  // namespace argot::policy
