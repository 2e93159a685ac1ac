"""Every rule finds a bad example, and only that, beside a good one."""

import unittest

import cpp
import documents
import errors
import structure
import tidy
import wording
from tree import Tree

GOOD_HEADER = "// What it is.\n#pragma once\n"


def found(rule, files):
    """The places where `rule` finds something, as `path:line`."""
    tree = Tree({path: text.encode() for path, text in files.items()})
    return [f"{finding.path}:{finding.line}" for finding in sorted(rule(tree))]


class RuleTest(unittest.TestCase):
    """assertFinds(rule, files, places): exactly these places."""

    def assertFinds(self, rule, files, *places):
        self.assertEqual(found(rule, files), list(places))


def library(name, rank, deps="", extra=""):
    return {f"src/{name}/CMakeLists.txt":
            f"argot_library({name} RANK {rank} {extra} {'DEPS ' + deps if deps else ''})\n"}


class StructureTest(RuleTest):
    def test_fences_keep_third_parties_in_their_folders(self):
        for header, home in [
                ("boost/asio.hpp", "src/net/a.cc"), ("boost/beast/http.hpp", "src/http/a.cc"),
                ("openssl/ssl.h", "src/net/a.cc"), ("openssl/evp.h", "src/digest/a.cc"),
                ("simdjson.h", "src/json/a.cc"), ("sqlite3.h", "src/catalog/a.cc"),
                ("fmt/format.h", "src/base/a.cc"),
                ("CLI/CLI.hpp", "cli/main.cc"), ("toml++/toml.h", "src/server/a.cc"),
                ("benchmark/benchmark.h", "bench/a.cc"), ("gtest/gtest.h", "src/api/a_test.cc")]:
            text = f"#include <{header}>\n"
            with self.subTest(header):
                self.assertFinds(structure.fences, {home: text, "src/policy/b.cc": text},
                                 "src/policy/b.cc:1")

    def test_the_sdk_is_for_programs(self):
        text = '#include "argot_open_ai/core.hpp"\n'
        self.assertFinds(structure.fences, {
            "cli/a.cc": text, "examples/a.cc": "#include <argot_open_ai/core.hpp>\n",
            "sdk/src/core.cc": text, "src/base/a.cc": text}, "src/base/a.cc:1")

    def test_the_sdk_is_made_of_few_folders(self):
        files = {"src/base/a.h": "", "src/api/a.h": "", "sdk/src/detail/a.hpp": "",
                 "tests/support/s.h": "",
                 "sdk/src/a.cc": '#include "base/a.h"\n#include "detail/a.hpp"\n'
                                 '#include "api/a.h"\n#include "tests/support/s.h"\n',
                 "sdk/src/a_test.cc": '#include "tests/support/s.h"\n',
                 "fuzz/a.cc": '#include "detail/a.hpp"\n#include "detail/gone.hpp"\n',
                 "sdk/include/argot_open_ai/a.hpp": '#include "base/a.h"\n'
                                                    '#include "detail/a.hpp"\n#include <map>\n'}
        self.assertFinds(structure.include_paths, files, "fuzz/a.cc:2",
                         "sdk/include/argot_open_ai/a.hpp:1", "sdk/include/argot_open_ai/a.hpp:2",
                         "sdk/src/a.cc:3", "sdk/src/a.cc:4")

    def test_asio_stays_out_of_http(self):
        self.assertFinds(structure.fences, {"src/http/a.cc": "#include <boost/asio.hpp>\n"},
                         "src/http/a.cc:1")

    def test_fences_know_the_standard_library_and_the_system(self):
        self.assertFinds(structure.fences, {
            "src/base/a.cc": "#include <vector>\n#include <sys/stat.h>\n#include <unistd.h>\n"})

    def test_fences_find_libraries_that_nobody_owns(self):
        self.assertFinds(structure.fences, {"src/base/a.cc": "\n#include <zlib.h>\n"},
                         "src/base/a.cc:2")

    def test_includes_go_down_to_named_folders(self):
        files = {**library("base", 0), **library("blob", 3, "base"),
                 **library("catalog", 3, "base"),
                 "src/base/a.h": "", "src/catalog/c.h": "", "src/blob/b.h": "",
                 "src/blob/b.cc": '#include "blob/b.h"\n#include "base/a.h"\n',
                 "src/blob/bad.cc": '#include "base/a.h"\n#include "catalog/c.h"\n'}
        self.assertFinds(structure.include_paths, files, "src/blob/bad.cc:2")

    def test_tests_may_include_their_own_dependencies(self):
        files = {**library("base", 0), **library("jsonl", 2, "base", "TEST_DEPS json"),
                 "src/json/a.h": "", "tests/support/s.h": "",
                 "src/jsonl/a_test.cc": '#include "json/a.h"\n#include "tests/support/s.h"\n',
                 "src/jsonl/a.cc": '#include "json/a.h"\n#include "tests/support/s.h"\n'}
        self.assertFinds(structure.include_paths, files, "src/jsonl/a.cc:1", "src/jsonl/a.cc:2")

    def test_the_program_names_what_it_uses_too(self):
        files = {**library("base", 0), **library("json", 1, "base"), "src/base/a.h": "",
                 "src/json/j.h": "", "cli/b.h": "",
                 "cli/CMakeLists.txt": "argot_library(cli RANK 7 SOURCES b.cc DEPS base)",
                 "cli/b.cc": '#include "cli/b.h"\n#include "base/a.h"\n#include "json/j.h"\n'}
        self.assertFinds(structure.include_paths, files, "cli/b.cc:3")

    def test_includes_have_a_folder_and_exist(self):
        files = {"src/base/a.h": "", "src/base/a.cc": '#include "a.h"\n#include "base/gone.h"\n'}
        self.assertFinds(structure.include_paths, files, "src/base/a.cc:1", "src/base/a.cc:2")

    def test_includes_in_comments_do_not_count(self):
        self.assertFinds(structure.include_paths, {"src/base/a.cc": '// #include "a.h"\n'})

    def test_ranks_fall(self):
        good = {**library("base", 0), **library("blob", 3, "base")}
        self.assertFinds(structure.ranks, good)
        bad = {**library("catalog", 3, "blob"), **library("blob", 3)}
        self.assertFinds(structure.ranks, bad, "src/catalog/CMakeLists.txt:0")

    def test_every_source_is_built(self):
        files = {**library("base", 0, "", "SOURCES a.cc TESTS a_test.cc"), "src/base/a.cc": "",
                 "src/base/a_test.cc": "", "src/base/b_test.cc": ""}
        self.assertFinds(structure.cmake_lists, files, "src/base/b_test.cc:0")

    def test_readmes_claim_what_cmake_says(self):
        files = {**library("base", 0), "src/base/README.md": "May use: the standard library.\n",
                 **library("http", 1, "base"), "src/http/README.md": "May use: `base/`.\n",
                 **library("net", 2, "base http"), "src/net/README.md": "# net\n\nMay use: base.\n",
                 **library("json", 1, "base"), "src/json/README.md": "# json\n"}
        self.assertFinds(structure.readmes, files, "src/json/README.md:0", "src/net/README.md:3")

    def test_readmes_exist_and_are_short(self):
        files = {**library("base", 0), **library("json", 1),
                 "src/json/README.md": "May use: nothing.\n" + "\n" * 40}
        self.assertFinds(structure.readmes, files, "src/base/README.md:0", "src/json/README.md:41")

    def test_the_table_of_the_architecture_agrees(self):
        table = ("| Folder | Rank | May use |\n| --- | --- | --- |\n"
                 "| `base/` | 0 | - |\n| [http](src/http/README.md) | 2 | base |\n"
                 "| `net/` | 2 | base |\n| cli | 7 | all |\n")
        files = {**library("base", 0), **library("http", 1, "base"),
                 **library("net", 2, "base http"),
                 **library("api", 5, "base"), "ARCHITECTURE.md": table,
                 "cli/CMakeLists.txt": "argot_library(cli RANK 7 DEPS base api)"}
        self.assertFinds(structure.architecture_table, files, "ARCHITECTURE.md:1",
                         "ARCHITECTURE.md:4", "ARCHITECTURE.md:5")

    def test_own_header_comes_first(self):
        files = {"src/base/a.h": "", "src/base/a.cc": '// x\n#include "base/a.h"\n#include <map>\n',
                 "src/base/b.h": "", "src/base/b.cc": '#include <map>\n#include "base/b.h"\n',
                 "src/base/b_test.cc": '#include <map>\n#include "base/b.h"\n',
                 "src/base/main.cc": "#include <map>\n"}
        self.assertFinds(structure.own_header_first, files, "src/base/b.cc:1",
                         "src/base/b_test.cc:1")

    def test_headers_open_with_a_sentence_and_pragma_once(self):
        files = {"src/base/a.h": GOOD_HEADER, "src/base/b.h": "#pragma once\n",
                 "src/base/c.h": "// What.\n#include <map>\n#pragma once\n",
                 "src/base/d.h": "// What.\n#ifndef D\n", "sdk/include/e.hpp": GOOD_HEADER,
                 "sdk/include/f.hpp": "#pragma once\n"}
        self.assertFinds(structure.header_opening, files, "sdk/include/f.hpp:1", "src/base/b.h:1",
                         "src/base/c.h:1", "src/base/d.h:1")

    def test_sources_have_tests_or_reasons(self):
        files = {"src/base/a.cc": "", "src/base/a_test.cc": "", "src/base/b.cc": "",
                 "src/base/c.cc": "",
                 structure.UNTESTED: "# x\nsrc/base/c.cc: only forwards calls\n"}
        self.assertFinds(structure.tests_beside, files, "src/base/b.cc:0")

    def test_reasons_do_not_grow_stale(self):
        files = {"src/base/a.cc": "", "src/base/a_test.cc": "", "src/base/b.cc": "",
                 structure.UNTESTED: "src/base/a.cc: was untested once\nsrc/base/b.cc: so\n"
                                     "src/base/gone.cc: was there once\n"}
        self.assertFinds(structure.tests_beside, files, f"{structure.UNTESTED}:1",
                         f"{structure.UNTESTED}:2", f"{structure.UNTESTED}:3")

    def test_tests_have_folders_of_their_own(self):
        files = {"src/base/a_test.cc": "\nauto p = testing::TempDir();\n// Not TempDir().\n",
                 "sdk/src/b_test.cc": "auto p = std::filesystem::temp_directory_path();\n",
                 "src/base/c.cc": "auto p = std::filesystem::temp_directory_path();\n",
                 structure.TEMPORARY_FOLDER: "auto p = ::mkdtemp(name);\n"}
        self.assertFinds(structure.own_folders, files, "sdk/src/b_test.cc:1",
                         "src/base/a_test.cc:2")


class WordingTest(RuleTest):
    def test_files_have_a_largest_size(self):
        for path, limit in [("src/base/a.h", 250), ("sdk/include/a.hpp", 250),
                            ("src/base/a.cc", 600),
                            ("src/base/a_test.cc", 800), ("src/base/a_contract.h", 800),
                            ("tests/wire/a.cc", 800), ("tools/a.py", 600)]:
            with self.subTest(path):
                self.assertFinds(wording.budgets, {path: "\n" * limit})
                self.assertFinds(wording.budgets, {path: "\n" * (limit + 1)}, f"{path}:{limit + 1}")

    def test_lines_have_a_largest_width(self):
        self.assertFinds(wording.budgets, {"src/base/a.h": "//" + "x" * 98 + "\n//" + "x" * 99},
                         "src/base/a.h:2")

    def test_functions_have_a_largest_size(self):
        def body(lines):
            return "\nint f(int a) {\n" + "  g();\n" * (lines - 2) + "}\n"
        self.assertFinds(wording.budgets, {"src/base/a.cc": body(60)})
        self.assertFinds(wording.budgets, {"src/base/a.cc": body(61)}, "src/base/a.cc:2")

    def test_sources_are_ascii(self):
        self.assertFinds(wording.ascii_only, {
            "src/base/a.cc": "// plain\n// na\u00efve\n", "README.md": "na\u00efve\n",
            "cmake/a.cmake": "\tset()\n"}, "cmake/a.cmake:1", "src/base/a.cc:2")

    def test_banned_words_have_replacements(self):
        for code in ["out << std::endl;", "printf(\"x\");", "std::snprintf(b, 1, \"x\");",
                     "std::getenv(\"HOME\");", "std::this_thread::sleep_for(1s);", "sleep(1);",
                     "auto t = std::chrono::system_clock::now();", "auto t = time(nullptr);",
                     "std::random_device seed;", "using namespace std;", "delete pointer;",
                     "delete[] pointer;", "assert(x);", "throw Oops();", "atoi(x);",
                     "std::ranges::copy(from, to);"]:
            with self.subTest(code):
                self.assertFinds(wording.banned_words, {"src/files/a.cc": f"\n{code}\n"},
                                 "src/files/a.cc:2")

    def test_banned_words_have_their_homes(self):
        self.assertFinds(wording.banned_words, {
            "src/base/clock.cc": "auto t = std::chrono::system_clock::now();",
            "src/server/config.cc": "std::getenv(\"ARGOT_DATA\");",
            "sdk/src/core.cc": "throw Oops();"})

    def test_banned_words_are_found_in_the_sdk(self):
        self.assertFinds(wording.banned_words, {
            "sdk/include/a.hpp": "using namespace std;\n",
            "sdk/src/a.cc": "\nstd::getenv(\"X\");\n"},
            "sdk/include/a.hpp:1", "sdk/src/a.cc:2")

    def test_words_that_only_look_banned(self):
        for code in ["A(const A&) = delete;", "// printf(\"x\") would not do", "\"std::endl\"",
                     "static_assert(sizeof(int) == 4);", "ASSERT(x);", "created_time(0);",
                     "using namespace std::string_view_literals;", "file.sleep(1);",
                     "void delete_(Id id);", "void operator delete(void* memory);"]:
            with self.subTest(code):
                self.assertFinds(wording.banned_words, {"src/files/a.cc": code})

    def test_shared_ownership_names_its_owners(self):
        files = {"src/base/a.h": "// owners: the cache and every reader\nstd::shared_ptr<A> a;\n",
                 "src/base/b.h": "\nstd::shared_ptr<A> a;\n",
                 "sdk/include/c.hpp": "std::shared_ptr<A> a;\n"}
        self.assertFinds(wording.shared_owners, files, "src/base/b.h:2")

    def test_there_are_three_macros(self):
        self.assertFinds(wording.macros, {
            "src/base/a.h": "#define TRY(x) x\n#define ARGOT_JOIN(a) a\n#define LIMIT 3\n"},
            "src/base/a.h:3")

    def test_suppressions_name_their_check(self):
        self.assertFinds(wording.suppressions, {
            "src/base/a.h": "// NOLINTNEXTLINE(bugprone-x): y\n// NOLINT\n// NOLINTNEXTLINE\n"},
            "src/base/a.h:2", "src/base/a.h:3")

    def test_unfinished_work_has_a_number(self):
        todo = "TO" + "DO"
        self.assertFinds(wording.marks, {
            "src/base/a.cc": f"// {todo}(#12): x\n// {todo}: x\n// {'FIX' + 'ME'}\n"},
            "src/base/a.cc:2", "src/base/a.cc:3")

    def test_coroutines_await_names(self):
        good = ["co_await f(x);", "if (co_await f(x)) { g(); }",
                "if (auto r = co_await f(x); r) {}",
                "const auto [e, n] = co_await s.read(asio::buffer(b), no_throw);",
                "co_await run(std::move(step));", "for (auto x : co_await f()) { g(); }",
                "g(co_await f(), T{});", "co_await f(\"{\");", "while (!(co_await f())) {}"]
        bad = ["co_await f([shared] { g(); });", "co_await f(Aggregate{a, b});",
               "co_await f({a, b});", "co_await f(T{x, {a, b}});", "if (co_await f(T{})) {}",
               "auto x = co_await T{};",
               "co_await run(\n    [this] {\n g(); });"]
        for code in good:
            with self.subTest(code):
                self.assertFinds(wording.coroutines, {"src/net/a.cc": code})
        for code in bad:
            with self.subTest(code):
                self.assertFinds(wording.coroutines, {"src/net/a.cc": code}, "src/net/a.cc:1")

    def test_coroutines_live_in_net(self):
        self.assertFinds(wording.coroutines, {"src/api/a.cc": "\nco_return;\n", "src/net/a.cc":
                                              "co_return;"}, "src/api/a.cc:2")


class CppTest(unittest.TestCase):
    def functions(self, text):
        return [(name, lines) for _, lines, name in cpp.functions(text)]

    def test_functions_are_told_from_other_braces(self):
        self.assertEqual(self.functions("""
namespace a {
struct S : B<int> {
  S(int x = {}) : x_(x) {
    f();
  }
  int x_ = 3;
  std::string s{};
};
constexpr std::array<int, 2> table = {
    g(1),
    g(2),
};
template <typename T = int>
bool operator==(const S& a, const T& b) {
  if (a) {
    return true;
  }
  return false;
}
enum class E { a, b };
}
"""), [("S", 3), ("operator==", 6)])

    def test_raw_strings_and_comments_hold_no_braces(self):
        self.assertEqual(self.functions(
            'int f() {\n  g(R"x({{{)x", "{", \'{\');  // {\n  /* { */\n}\nint h() {\n}\n'),
            [("f", 4), ("h", 2)])

    def test_rows_of_a_table_do_not_count(self):
        rows = ("    case E::a:\n      return {1,\n              2};\n"
                "    case b:\n    case c: return 3;\n")
        self.assertEqual(self.functions("int f(E e) {\n  switch (e) {\n" + rows + "  }\n}\n"),
                         [("f", 4)])
        work = "    case E::a:\n      g();\n      return 1;\n"
        self.assertEqual(self.functions("int f(E e) {\n  switch (e) {\n" + work + "  }\n}\n"),
                         [("f", 6)])

    def test_digit_separators_are_no_characters(self):
        self.assertEqual(cpp.code_only("int a = 1'000'000; // '"), "int a = 1'000'000;     ")


class DocumentsTest(RuleTest):
    def test_links_resolve(self):
        files = {"README.md": "# A title, again\n"
                              "[a](docs/b.md) [b](#a-title-again) [c](docs/b.md#x-y)\n"
                              "[d](gone.md)\n[e](docs/b.md#gone)\n"
                              "`[f](gone.md)` [g](https://x.y)\n",
                 "docs/b.md": "## X `y`\n[up](../README.md)\n"}
        self.assertFinds(documents.links, files, "README.md:3", "README.md:4")

    def test_repeated_headings_are_numbered(self):
        self.assertEqual(documents.anchors("# A\n## A\n### A `b` #\n# A\n```\n# no\n```\n"),
                         {"a", "a-1", "a-b", "a-2"})

    def test_files_named_in_code_exist(self):
        files = {"src/base/a.h": "", "docs/adr/0001-x.md": "",
                 "README.md": "`src/base/a.h` `base/a.h` `base/gone.h` `a/b` `docs/adr/NNNN-x.md`\n"
                              "`docs/gone.md`\n"}
        self.assertFinds(documents.paths_named, files, "README.md:1", "README.md:2")

    def test_commands_exist(self):
        presets = '{"configurePresets": [{"name": "dev"}, {"name": "base", "hidden": true}]}'
        files = {"Makefile": "test:  ## x\n", "CMakePresets.json": presets, "tools/a.sh": "",
                 "README.md": "`make test`, cmake --preset x\n```sh\n$ make gone\n"
                              "cmake --preset dev\ncmake --preset base\n"
                              "tools/a.sh x\ntools/b.sh\n```\n"}
        self.assertFinds(documents.commands, files, "README.md:3", "README.md:5", "README.md:7")

    def test_files_are_small_and_of_known_kinds(self):
        files = {"a.md": "", "src/base/a.cc": "", "sdk/include/a.hpp": "",
                 "fuzz/corpus/x/0001": "", "src/base/a.orig": "", "core": "",
                 "docs/b.md": "x" * (256 * 1024), "docs/c.md": "x" * (256 * 1024 + 1)}
        self.assertFinds(documents.files_known, files, "core:0", "docs/c.md:0", "src/base/a.orig:0")


class ErrorsTest(RuleTest):
    ENUM = {errors.ENUM: "enum class ErrorCode {\n  // The first.\n  one,\n  two,\n  three\n};\n"}

    def test_the_enumerators_are_read(self):
        tree = Tree({path: text.encode() for path, text in self.ENUM.items()})
        self.assertEqual(errors.error_codes(tree), {"one": 3, "two": 4, "three": 5})

    def test_every_code_has_a_row(self):
        rows = "case ErrorCode::one: return x;\ncase three: return y;\n// two\n"
        self.assertFinds(errors.catalogue, {**self.ENUM, errors.CATALOGUE: rows},
                         f"{errors.ENUM}:4")

    def test_every_code_has_a_transcript_or_a_reason(self):
        files = {**self.ENUM, "tests/wire/a.wire": "# covers: one\n> GET /\n",
                 errors.UNCOVERED: "three: it ends the process\n"}
        self.assertFinds(errors.transcripts, files, f"{errors.ENUM}:4")

    def test_transcripts_and_reasons_do_not_grow_stale(self):
        files = {**self.ENUM, "tests/wire/a.wire": "# covers: one, two, three, four\n",
                 errors.UNCOVERED: "three: it ends the process\nfive: it is gone by now\n"}
        self.assertFinds(errors.transcripts, files, "tests/wire/a.wire:1", f"{errors.UNCOVERED}:1",
                         f"{errors.UNCOVERED}:2")


class AllRulesTest(unittest.TestCase):
    def test_an_empty_tree_is_clean(self):
        self.assertEqual(tidy.check(Tree({})), [])

    def test_every_rule_runs(self):
        for module in (structure, wording, documents, errors):
            for rule in module.RULES:
                self.assertIn(rule, tidy.RULES)
                self.assertTrue(rule.__doc__, rule.__name__)


if __name__ == "__main__":
    unittest.main()
