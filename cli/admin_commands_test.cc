#include "cli/admin_commands.h"

#include <gtest/gtest.h>

#include "catalog/memory_catalog.h"
#include "cli/text_table.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

const catalog::Scope organization{.organization_id = "org-1", .project_id = {}};
const catalog::Scope project{.organization_id = "org-1", .project_id = "proj_1"};

std::string problem(const std::vector<std::string>& texts,
                    const catalog::Scope& owner = organization) {
  const auto changes = parse_limit_changes(texts, owner);
  if (changes) return "none";
  EXPECT_EQ(changes.error().code, ErrorCode::invalid_request);
  return changes.error().detail;
}

TEST(LimitChanges, AreANameAndAValue) {
  const auto changes = parse_limit_changes(
      {"file_bytes=1GB", "organization_bytes=none", "project_bytes=default", "batch_file_bytes=1"},
      organization);
  ASSERT_TRUE(changes) << changes.error().detail;
  ASSERT_EQ(changes->size(), 4U);
  EXPECT_EQ((*changes)[0].name, "file_bytes");
  EXPECT_EQ((*changes)[0].limit, Limit{1_GiB});
  EXPECT_EQ((*changes)[1].limit, Limit{});
  EXPECT_EQ((*changes)[2].limit, std::nullopt);
  EXPECT_EQ((*changes)[3].limit, Limit{1});
}

TEST(LimitChanges, MistakesAreNamed) {
  EXPECT_EQ(problem({"file_bytes"}),
            "expected NAME=VALUE, such as file_bytes=1GB; got \"file_bytes\"");
  EXPECT_EQ(
      problem({"files=1GB"}),
      "there is no limit \"files\": expected one of file_bytes, upload_bytes, batch_file_bytes, "
      "assistants_tokens, organization_bytes, project_bytes");
  for (const std::string bad : {"", "0", "-1", "many", "1XB", "9999999TB", "None", "1GB "}) {
    EXPECT_EQ(
        problem({"file_bytes=" + bad}),
        "file_bytes: expected a size such as 1GB, from 1 byte to 1024 TB, or none, or default; "
        "got \"" +
            bad + "\"");
  }
  EXPECT_EQ(problem({"file_bytes=1", "file_bytes=2"}), "file_bytes: is named twice");
  for (const std::string bad : {"", "0", "1MB", "2e6"}) {
    EXPECT_EQ(
        problem({"assistants_tokens=" + bad}),
        "assistants_tokens: expected a number from 1 to 1125899906842624, or none, or default; "
        "got \"" +
            bad + "\"");
  }
}

TEST(LimitChanges, OfAProjectAreFewer) {
  EXPECT_EQ(problem({"organization_bytes=1GB"}, project),
            "organization_bytes: is a limit of an organization and not of a project; leave "
            "--project out");
  EXPECT_EQ(problem({"file_bytes=1", "batch_file_bytes=1", "project_bytes=1"}, project), "none");
}

TEST(ShownLimits, OfAnOrganizationComeFromTwoLevels) {
  const ShownLimits shown{
      .scope = organization,
      .settings = {},
      .own = {.organization = {{"file_bytes", Limit{1_GiB}}, {"organization_bytes", Limit{}}}}};
  EXPECT_EQ(limits_table(shown),
            "LIMIT               SETTING  ORGANIZATION  IN FORCE  HOLDS FOR\n"
            "file_bytes          512MB    1GB           1GB       one file\n"
            "upload_bytes        8GB      -             8GB       one file that comes in parts\n"
            "batch_file_bytes    100MB    -             100MB     one file of purpose batch\n"
            "assistants_tokens   2000000  -             2000000   tokens of one file of purpose "
            "assistants\n"
            "organization_bytes  100GB    none          none      all files of the organization\n"
            "project_bytes       none     -             none      all files of one project\n");
  EXPECT_EQ(limits_json(shown),
            "{\"object\":\"limits\",\"organization_id\":\"org-1\",\"project_id\":null,\"limits\":["
            "{\"name\":\"file_bytes\",\"setting\":536870912,\"organization\":1073741824,"
            "\"project\":null,\"in_force\":1073741824},"
            "{\"name\":\"upload_bytes\",\"setting\":8589934592,\"organization\":null,"
            "\"project\":null,\"in_force\":8589934592},"
            "{\"name\":\"batch_file_bytes\",\"setting\":104857600,\"organization\":null,"
            "\"project\":null,\"in_force\":104857600},"
            "{\"name\":\"assistants_tokens\",\"setting\":2000000,\"organization\":null,"
            "\"project\":null,\"in_force\":2000000},"
            "{\"name\":\"organization_bytes\",\"setting\":107374182400,\"organization\":\"none\","
            "\"project\":null,\"in_force\":\"none\"},"
            "{\"name\":\"project_bytes\",\"setting\":\"none\",\"organization\":null,"
            "\"project\":null,\"in_force\":\"none\"}]}\n");
}

TEST(ShownLimits, OfAProjectComeFromThreeLevels) {
  const ShownLimits shown{.scope = project,
                          .settings = {},
                          .own = {.organization = {{"project_bytes", Limit{5_GiB}}},
                                  .project = {{"project_bytes", Limit{7_GiB}}}}};
  const std::string table = limits_table(shown);
  EXPECT_NE(table.find("ORGANIZATION  PROJECT  IN FORCE"), std::string::npos) << table;
  EXPECT_NE(table.find("project_bytes       none     5GB           7GB      7GB "),
            std::string::npos)
      << table;
  EXPECT_NE(limits_json(shown).find("\"organization\":5368709120,\"project\":7516192768,"
                                    "\"in_force\":7516192768"),
            std::string::npos);
}

TEST(ShownLimits, ABatchIsNeverLargerThanAFile) {
  const auto batch_line = [](const Limits& own) {
    const std::string table = limits_table(
        {.scope = organization, .settings = {}, .own = {.organization = own, .project = {}}});
    const std::size_t begin = table.find("batch_file_bytes");
    return table.substr(begin, table.find('\n', begin) - begin);
  };
  EXPECT_NE(batch_line({{"batch_file_bytes", Limit{1_GiB}}}).find("1GB           512MB"),
            std::string::npos);
  EXPECT_NE(batch_line({{"batch_file_bytes", Limit{}}}).find("none          512MB"),
            std::string::npos);
  EXPECT_NE(batch_line({{"batch_file_bytes", Limit{}}, {"file_bytes", Limit{}}})
                .find("none          none"),
            std::string::npos);
}

class UsageRows : public ::testing::Test {
 protected:
  void add_file(const catalog::Project& owner, std::uint64_t bytes) {
    ASSERT_TRUE(catalog_.commit_file(
        {.scope = {.organization_id = owner.organization_id, .project_id = owner.id},
         .bytes = bytes,
         .blob = BlobId::mint(random_)}));
  }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  catalog::MemoryCatalog catalog_{clock_, random_};
};

TEST_F(UsageRows, AreOfEachOrganizationAndItsProjects) {
  const auto first = *catalog_.create_organization("first");
  const auto training = *catalog_.create_project(first.organization_id, "training");
  const auto second = *catalog_.create_organization("second");
  add_file(first, 1000);
  add_file(training, 24);
  const catalog::Scope owner{.organization_id = first.organization_id, .project_id = {}};
  ASSERT_TRUE(catalog_.set_limits(
      owner, {{"organization_bytes", Limit{2048}}, {"project_bytes", Limit{1000}}}, clock_.now()));
  ASSERT_TRUE(
      catalog_.set_limits({.organization_id = first.organization_id, .project_id = training.id},
                          {{"project_bytes", Limit{}}}, clock_.now()));

  const policy::Policy settings;
  const auto rows = *read_usage(catalog_, settings, std::nullopt);
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(
      usage_table(rows),
      text_table({{"ORGANIZATION", "PROJECT", "FILES", "BYTES", "QUOTA", "USED", "NAME"},
                  {first.organization_id, "-", "2", "1.0 KB", "2KB", "50.0%", ""},
                  {first.organization_id, first.id, "1", "1.0 KB", "1000", "100.0%", "default"},
                  {first.organization_id, training.id, "1", "24 B", "none", "-", "training"},
                  {second.organization_id, "-", "0", "0 B", "100GB", "0.0%", ""},
                  {second.organization_id, second.id, "0", "0 B", "none", "-", "default"}}));
  EXPECT_EQ(read_usage(catalog_, settings, second.organization_id)->size(), 2U);

  const std::string json = usage_json(rows);
  EXPECT_TRUE(
      json.starts_with("{\"object\":\"list\",\"data\":[{\"object\":\"usage\","
                       "\"organization_id\":\"" +
                       first.organization_id +
                       "\",\"project_id\":null,\"files\":2,\"bytes\":1024,"
                       "\"quota\":2048,\"percent\":50.0}"))
      << json;
  EXPECT_NE(json.find("\"project_id\":\"" + training.id +
                      "\",\"files\":1,\"bytes\":24,\"quota\":\"none\",\"percent\":null}"),
            std::string::npos)
      << json;
}

TEST_F(UsageRows, AreFullOnlyWhenTheyAre) {
  const auto first = *catalog_.create_organization("first");
  add_file(first, 99'999);
  policy::Policy settings;
  settings.organization_bytes_max = 100'000;
  EXPECT_NE(usage_table(*read_usage(catalog_, settings, std::nullopt)).find("  99.9%"),
            std::string::npos);
  settings.organization_bytes_max = 50'000;
  EXPECT_NE(usage_table(*read_usage(catalog_, settings, std::nullopt)).find("  199.9%"),
            std::string::npos);
}

}  // namespace
}  // namespace argot::cli
