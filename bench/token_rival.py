"""How fast PyPI's rivals count files: one JSON object a line. Started by run_tokens.py.

    token_rival.py FOLDER_OF_VOCABULARIES FILE...
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests/tokens"))

import reference  # noqa: E402
from rs_bpe.bpe import openai  # noqa: E402


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in reference.NAMES:
        tiktoken = reference.load(name, folder / f"{name}.tiktoken")
        rivals = {"native": lambda text, it=tiktoken: len(it.encode_ordinary(text)),
                  "rs_bpe": getattr(openai, name)().count}
        for path in sys.argv[2:]:
            text = pathlib.Path(path).read_bytes().decode()
            for rival, count in rivals.items():
                before = time.process_time()
                tokens = count(text)
                seconds = time.process_time() - before
                print(json.dumps({"rival": rival, "file": path, "encoding": name,
                                  "tokens": tokens,
                                  "mb_s": len(text.encode()) / 1e6 / seconds}), flush=True)


if __name__ == "__main__":
    main()
