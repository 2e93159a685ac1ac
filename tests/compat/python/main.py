"""The official Python client, unmodified, against a running server.

    python main.py WORLD.json

Runs inside the virtual environment of one version of the client and works with all of them.
WORLD.json comes from run.py: addresses, keys, and what is stored. Prints a line for each case.
"""

import sys
import traceback

import openai

# Importing them registers their cases, in this order.
import operations  # noqa: F401
import errors  # noqa: F401
import uploads  # noqa: F401
import toolkit


def main():
    toolkit.equal(openai.__version__, toolkit.WORLD["version"], "version of the client")
    cases = toolkit.CASES
    failed = 0
    for name, run in cases:
        try:
            run()
        except Exception:
            failed += 1
            print(f"FAIL {name}\n{traceback.format_exc()}", flush=True)
        else:
            print(f"ok   {name}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
