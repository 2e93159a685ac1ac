#!/usr/bin/env python3
"""Writes src/tokens/testdata/golden.jsonl: texts, and what the reference makes of them.

  pip install tiktoken==0.14.0
  build/release/argot tokens --vocabulary --encoding o200k_base > o200k_base.tiktoken
  build/release/argot tokens --vocabulary --encoding cl100k_base > cl100k_base.tiktoken
  python3 tools/tokens/golden.py FOLDER_OF_THE_TWO > src/tokens/testdata/golden.jsonl
"""

import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/tokens"))
import reference  # noqa: E402
import texts  # noqa: E402

SEED = 20261128
RANDOM_TEXTS = 400


def main():
    encodings = {name: reference.load(name, pathlib.Path(sys.argv[1]) / f"{name}.tiktoken")
                 for name in reference.NAMES}
    random_texts = texts.RandomTexts(random.Random(SEED), [])
    for text in texts.CHOSEN + [random_texts.next() for _ in range(RANDOM_TEXTS)]:
        line = {"text": text}
        line.update((name, encoding.encode_ordinary(text)) for name, encoding in encodings.items())
        print(json.dumps(line, separators=(",", ":")))


if __name__ == "__main__":
    main()
