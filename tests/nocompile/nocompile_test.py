"""What must not compile does not: each file here compiles, and with WRONG defined it does not.

Called as nocompile_test.py SOURCE_FOLDER COMPILER; Python 3.11, standard library only.
"""

import glob
import os
import subprocess
import sys
import unittest

SOURCE, COMPILER = sys.argv[1], sys.argv[2]
HERE = os.path.join(SOURCE, "tests", "nocompile")


def compiles(path, *flags):
    command = [COMPILER, "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Werror",
               f"-I{SOURCE}/sdk/include", *flags, path]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode == 0, ended.stderr


class NoCompile(unittest.TestCase):
    def test_each_file(self):
        paths = sorted(glob.glob(os.path.join(HERE, "*.cc")))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(path=os.path.basename(path)):
                right, said = compiles(path)
                self.assertTrue(right, said)
                wrong, _ = compiles(path, "-DWRONG")
                self.assertFalse(wrong)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
