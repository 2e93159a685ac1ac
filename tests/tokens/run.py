"""Compares `argot tokens` with the reference implementation.

    ARGOT_TEST_PROGRAM=build/dev/argot python3 tests/tokens/run.py [--texts N] [--seed N]

Python 3.11. Where the reference cannot be installed it is skipped, with exit code 77; with
ARGOT_REQUIRE_COMPAT=1 that is a failure.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "compat"))

import clients  # noqa: E402

REFERENCE = "tiktoken-0.14.0"


def main():
    try:
        python = clients.python_client(REFERENCE)
    except clients.Unavailable as error:
        clients.report_skip(REFERENCE, error)
        return clients.exit_code(failed=False, skipped=True)
    compare = os.path.join(HERE, "compare.py")
    program = os.environ["ARGOT_TEST_PROGRAM"]
    return subprocess.run([python, "-B", compare, program, *sys.argv[1:]],
                          env=clients.child_environment(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
