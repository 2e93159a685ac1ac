"""The style test: what STYLE.md says and a program can check. Python 3.11, standard library only.

    python3 tools/tidy/tidy.py [ROOT]

prints `path:line: rule: message` for every violation and exits with 1 if there is one.
"""

import os
import sys

import documents
import errors
import structure
import wording
from tree import Tree

RULES = structure.RULES + wording.RULES + documents.RULES + errors.RULES


def check(tree):
    """All findings, sorted by place."""
    return sorted(finding for rule in RULES for finding in rule(tree))


def main(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    root = arguments[0] if arguments else os.path.join(here, "..", "..")
    tree = Tree.read(root)
    findings = check(tree)
    for finding in findings:
        print(finding)
    print(f"tidy: {len(tree.files)} files, {len(RULES)} rules, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
