#include "server/limits_profile.h"

#include <gtest/gtest.h>

#include <string>

#include "server/settings_table.h"

namespace argot::server {
namespace {

constexpr LimitsProfile profiles[] = {LimitsProfile::of_2024_10, LimitsProfile::of_2026_08};

TEST(LimitsProfile, HasNoLimitThatIsNoSetting) {
  for (const LimitsProfile profile : profiles) {
    for (const ProfileLimit& limit : limits_of(profile)) {
      SCOPED_TRACE(limit.key);
      const Setting* const setting = find_setting(limit.key);
      ASSERT_NE(setting, nullptr);
      Settings settings;
      ASSERT_TRUE(setting->apply(settings, limit.text));
      EXPECT_EQ(setting->show(settings), limit.text);
    }
  }
}

TEST(LimitsProfile, ThatIsTheDefaultHasTheDefaults) {
  for (const ProfileLimit& limit : limits_of(Settings{}.limits_profile)) {
    EXPECT_EQ(default_text(*find_setting(limit.key)), limit.text) << limit.key;
  }
}

TEST(LimitsProfile, NamesEveryLimit) {
  for (const LimitsProfile profile : profiles) {
    std::size_t count = 0;
    for (const Setting& setting : settings_table()) {
      if (setting.key.starts_with("limits.") && setting.key != "limits.profile") ++count;
    }
    EXPECT_EQ(limits_of(profile).size(), count);
  }
}

}  // namespace
}  // namespace argot::server
