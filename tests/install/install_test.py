"""Installs the SDK under a prefix and builds programs against it: through CMake and pkg-config,
with the static and the shared library, with every compiler that is here.

Python 3.11, standard library only. Called as install_test.py SOURCE_FOLDER WORK_FOLDER PROGRAM, the
last being the `argot` that the programs run against.
"""

import glob
import os
import shutil
import subprocess
import sys
import unittest

SOURCE, WORK, PROGRAM = (os.path.abspath(argument) for argument in sys.argv[1:4])
CONSUMER = os.path.join(SOURCE, "tests", "install", "consumer")
COMPILERS = [name for name in ("g++", "clang++-19") if shutil.which(name)]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]
OPERATIONS = {"filesListFiles", "filesCreateFile", "filesDeleteFile", "filesRetrieveFile",
              "filesDownloadFile", "filesDownloadFileTo", "filesOpenDownload",
              "filesListAllFiles", "filesWaitForProcessing"}
IN_BACKGROUND = {"filesListFiles", "filesCreateFile", "filesDeleteFile", "filesRetrieveFile",
                 "filesDownloadFile", "filesDownloadFileTo", "filesWaitForProcessing"}
OPERATIONS |= {name + "Async" for name in IN_BACKGROUND}


def run(*command, **settings):
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, check=False, **settings)
    if ended.returncode != 0:
        raise AssertionError(f"{' '.join(command)} failed:\n{ended.stdout}")
    return ended.stdout


def installed(kind):
    """The prefix under which the SDK stands with its static or its shared library."""
    prefix = os.path.join(WORK, kind)
    build = os.path.join(WORK, f"build-{kind}")
    # Where an older cache has another compiler, cmake would begin anew without these variables.
    run("cmake", "--fresh", "--preset", "release", "-B", build,
        "-D", "ARGOT_ONLY=base;json;fetch;sdk",
        "-D", f"BUILD_SHARED_LIBS={'ON' if kind == 'shared' else 'OFF'}", cwd=SOURCE)
    run("cmake", "--build", build)
    shutil.rmtree(prefix, ignore_errors=True)
    run("cmake", "--install", build, "--prefix", prefix)
    return prefix


class Install(unittest.TestCase):
    maxDiff = None

    def prove(self, prefix, program):
        environment = {**os.environ, "ARGOT_PROGRAM": PROGRAM,
                       "LD_LIBRARY_PATH": os.path.join(prefix, "lib")}
        self.assertEqual(run(program, env=environment), "404\n")

    def through_cmake(self, prefix, compiler):
        build = os.path.join(WORK, f"consumer-{os.path.basename(prefix)}-{compiler}")
        shutil.rmtree(build, ignore_errors=True)
        run("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja",
            "-D", f"CMAKE_CXX_COMPILER={compiler}", "-D", f"CMAKE_PREFIX_PATH={prefix}")
        run("cmake", "--build", build)
        self.prove(prefix, os.path.join(build, "consumer"))
        return build

    def through_pkg_config(self, prefix, compiler, *flags):
        folder = glob.glob(os.path.join(prefix, "lib*", "**", "pkgconfig"), recursive=True)
        self.assertEqual(len(folder), 1, folder)
        environment = {**os.environ, "PKG_CONFIG_PATH": folder[0]}
        said = run("pkg-config", *flags, "--cflags", "--libs", "argot-open-ai", env=environment)
        program = os.path.join(WORK, f"consumer-{os.path.basename(prefix)}-{compiler}-pc")
        run(compiler, "-std=c++23", *WARNINGS, os.path.join(CONSUMER, "consumer.cc"),
            "-largot-open-ai-testing", *said.split(), "-o", program)
        self.prove(prefix, program)

    def test_the_static_library(self):
        prefix = installed("static")
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                build = self.through_cmake(prefix, compiler)
                self.through_pkg_config(prefix, compiler, "--static")
                # A program that uses one function holds no other.
                symbols = run("nm", "--demangle", os.path.join(build, "one_function"))
                held = {name for name in OPERATIONS if f"::{name}(" in symbols}
                self.assertEqual(held, {"filesDeleteFile"})

    def test_the_shared_library(self):
        prefix = installed("shared")
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.through_cmake(prefix, compiler)
                self.through_pkg_config(prefix, compiler)
        library, = glob.glob(os.path.join(prefix, "lib*", "libargot-open-ai.so.0"))
        shown = run("nm", "--demangle", "--dynamic", "--defined-only", library).splitlines()
        names = [line.split(" ", 2)[2] for line in shown if line.count(" ") >= 2]
        insides = ("argot::fetch::", "argot::json::", "argot::openai::v0::detail::")
        # What the templates of the public headers call.
        needed = ("Pager", "onLoopThread", "waitsForItself", "currentError")
        inside = [name for name in names
                  if name.startswith(insides) and not any(one in name for one in needed)]
        self.assertEqual(inside, [], "the shared library shows its insides")

    def test_the_debian_package(self):
        installed("static")
        build = os.path.join(WORK, "build-static")
        run("cpack", "-B", os.path.join(WORK, "packages"), cwd=build)
        package, = glob.glob(os.path.join(WORK, "packages", "*.deb"))
        root = os.path.join(WORK, "root")
        shutil.rmtree(root, ignore_errors=True)
        run("dpkg-deb", "--extract", package, root)
        said = run("dpkg-deb", "--field", package)
        self.assertIn("Package: libargot-open-ai-dev\n", said)
        self.assertIn("libsimdjson-dev", said)
        # The first line says what it is, and the others are a paragraph.
        self.assertRegex(said, r"(?m)^Description: C\+\+ client [^\n]*\n Headers, .*\n uploads ")
        build = self.through_cmake(os.path.join(root, "usr"), COMPILERS[0])
        self.assertTrue(os.path.exists(os.path.join(build, "consumer")))

    def test_the_headers_need_nothing_but_the_standard_library(self):
        root = os.path.join(SOURCE, "sdk", "include")
        for folder, _, files in os.walk(root):
            for name in files:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    for line in file:
                        if line.startswith("#include <"):
                            header = line.split("<")[1].split(">")[0]
                            self.assertNotIn("/", header, name)
                            self.assertNotIn(".", header, name)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
