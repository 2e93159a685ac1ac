"""Takes the C++ out of pages of Markdown and makes one source file of each page.

    python3 snippets.py FOLDER PAGE...

writes FOLDER/PAGE.cc for each page that has C++, and FOLDER/table.cc, which lists what can be run
(example.h). Every block of C++ follows its marker:

    <!-- snippet: name -->

A block with a `main` is a program, and stays as it is but for `"<id>"`, which the runner may
replace. Any other block becomes the body of a function, in which these names are known:

    argotOpenAi   a client of the class form
    core          the same for standalone functions
    id            the id of a file with a few lines
"""

import os
import re
import sys
from dataclasses import dataclass

# What the blocks that are no programs may use without saying so.
INCLUDES = """\
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <ranges>
#include <span>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "argot_open_ai/argot_open_ai.hpp"
#include "argot_open_ai/funcs/filesCreateFile.hpp"
#include "argot_open_ai/funcs/filesDeleteFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFile.hpp"
#include "argot_open_ai/funcs/filesDownloadFileAsync.hpp"
#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/funcs/filesListAllFiles.hpp"
#include "argot_open_ai/funcs/filesListFiles.hpp"
#include "argot_open_ai/funcs/filesOpenDownload.hpp"
#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "argot_open_ai/testing/files_server.hpp"
#include "argot_open_ai/testing/mock_transport.hpp"
#include "tests/sdk_docs/example.h"
"""

_BLOCK = re.compile(r"(?:^<!-- snippet: (?P<name>\w+) -->\n+)?^```cpp\n(?P<code>.*?)^```$",
                    re.MULTILINE | re.DOTALL)
_INCLUDE = re.compile(r"^#include .*$", re.MULTILINE)
_MAIN = re.compile(r"^int main\(\) \{\n.*?^\}$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    """One block. `line` is the first line of its code, 1-based."""

    page: str
    line: int
    name: str
    code: str

    @property
    def is_program(self):
        return bool(_MAIN.search(self.code))


def page_name(path):
    """The page as an identifier: from_typescript."""
    return os.path.splitext(os.path.basename(path))[0].replace("-", "_")


def scope_name(path):
    """The namespace of a page, which is no namespace of the SDK."""
    return page_name(path) + "_page"


def snippets(path):
    """The blocks of a page. Raises ValueError where one has no name, or one of another's."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    found = []
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("code")) + 1
        if match["name"] is None:
            raise ValueError(f"{path}:{line}: a block of C++ without <!-- snippet: name -->")
        if match["name"] in (snippet.name for snippet in found):
            raise ValueError(f"{path}:{line}: a second snippet {match['name']}")
        found.append(Snippet(os.path.abspath(path), line, match["name"], match["code"]))
    return found


def program(snippet):
    """The block inside a namespace, where falling off the end of main() is not allowed."""
    code = _INCLUDE.sub("", snippet.code).replace('"<id>"', "argot::docs::file_id()")
    main = _MAIN.search(code)
    return code[:main.end() - 1] + "return 0; }\n" + code[main.end():]


def fragment(snippet):
    code = _INCLUDE.sub("", snippet.code)
    return f"""int main() {{
  [[maybe_unused]] const ArgotOpenAi argotOpenAi;
  [[maybe_unused]] const ArgotOpenAiCore& core = argotOpenAi;
  [[maybe_unused]] const std::string id = argot::docs::file_id();
  {{
#line {snippet.line} "{snippet.page}"
{code}  }}
  return 0;
}}
"""


def source(path, found):
    """The source file of a page."""
    includes = "".join(include + "\n" for snippet in found
                       for include in _INCLUDE.findall(snippet.code))
    parts = [f"{INCLUDES}{includes}\nnamespace argot::docs::{scope_name(path)} {{\n"]
    for snippet in found:
        parts.append(f"namespace {snippet.name} {{\n")
        if snippet.is_program:
            parts.append(f'#line {snippet.line} "{snippet.page}"\n{program(snippet)}')
        else:
            parts.append("using namespace argot::openai;\n" + fragment(snippet))
        parts.append(f"}}  // namespace {snippet.name}\n\n")
    return "".join(parts) + "}\n"


def table(pages):
    """The source file that lists all snippets by name."""
    declared, rows = [], []
    for path, found in pages:
        for snippet in found:
            scope = f"{scope_name(path)}::{snippet.name}"
            declared.append(f"namespace {scope} {{ int main(); }}\n")
            rows.append(f'    {{"{page_name(path)}.{snippet.name}", {scope}::main}},\n')
    return ('#include "tests/sdk_docs/example.h"\n\nnamespace argot::docs {\n' + "".join(declared) +
            "\nconst std::vector<Example>& examples() {\n"
            "  static const std::vector<Example> all = {\n" + "".join(rows) +
            "  };\n  return all;\n}\n}\n")


def write(path, text):
    """Leaves a file that is right already alone, so that nothing is built anew."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(folder, *paths):
    os.makedirs(folder, exist_ok=True)
    try:
        pages = [(path, snippets(path)) for path in paths]
    except ValueError as error:
        return str(error)
    pages = [(path, found) for path, found in pages if found]
    for path, found in pages:
        write(os.path.join(folder, page_name(path) + ".cc"), source(path, found))
        print(page_name(path) + ".cc")
    write(os.path.join(folder, "table.cc"), table(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
