#include "policy/file_types.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace argot::policy {
namespace {

TEST(FileTypes, AreThePublishedOnes) {
  std::set<std::string_view> searched;
  std::set<std::string_view> interpreted;
  for (const FileType& type : file_types()) {
    EXPECT_FALSE(type.media_type.empty()) << type.extension;
    if (type.file_search) searched.insert(type.extension);
    if (type.code_interpreter) interpreted.insert(type.extension);
  }
  const std::set<std::string_view> both = {
      ".c",  ".cpp", ".cs",  ".css",  ".doc", ".docx", ".go", ".html", ".java", ".js", ".json",
      ".md", ".pdf", ".php", ".pptx", ".py",  ".rb",   ".sh", ".tex",  ".ts",   ".txt"};
  EXPECT_EQ(searched, both);
  std::set<std::string_view> all = both;
  all.insert({".csv", ".gif", ".jpeg", ".jpg", ".png", ".tar", ".xlsx", ".xml", ".zip"});
  EXPECT_EQ(interpreted, all);
}

TEST(FileTypes, AreFoundInAnyCase) {
  ASSERT_NE(find_file_type(".PdF"), nullptr);
  EXPECT_EQ(find_file_type(".PdF")->media_type, "application/pdf");
  EXPECT_EQ(find_file_type(".xml")->other_media_type, "text/xml");
  EXPECT_EQ(find_file_type(".c")->extension, ".c");
  EXPECT_EQ(find_file_type(".zip")->extension, ".zip");
}

TEST(FileTypes, AreNotFoundByHalfAName) {
  for (const std::string_view extension : {"", ".", "pdf", ".pd", ".pdff", ".exe", ".webp"}) {
    EXPECT_EQ(find_file_type(extension), nullptr) << extension;
  }
}

TEST(Extension, BeginsAtTheLastPoint) {
  EXPECT_EQ(extension_of("a.txt"), ".txt");
  EXPECT_EQ(extension_of("archive.tar.GZ"), ".GZ");
  EXPECT_EQ(extension_of("\xE4\xBD\xA0.md"), ".md");
  EXPECT_EQ(extension_of("dir.d/a.txt"), ".txt");
  EXPECT_EQ(extension_of(".config.json"), ".json");
}

TEST(Extension, IsNotThereWithoutAStemAndLetters) {
  for (const std::string_view name :
       {"", "README", ".profile", "..hidden", "name.", ".", "...", "dir.d/README", "a.txt/"}) {
    EXPECT_EQ(extension_of(name), "") << name;
  }
}

}  // namespace
}  // namespace argot::policy
