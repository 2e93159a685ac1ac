"""The reference implementation of the encodings, from PyPI, over vocabularies that are at hand."""

import base64
import hashlib

import tiktoken
from tiktoken_ext import openai_public

NAMES = ("o200k_base", "cl100k_base")


def load(name, path):
    """The encoding, with the official file at `path`, whose sum the reference knows."""
    content = path.read_bytes()

    def load_ranks(_url, expected_hash):
        found = hashlib.sha256(content).hexdigest()
        if found != expected_hash:
            raise ValueError(f"{name}: expected SHA-256 {expected_hash}, got {found}")
        lines = (line.split() for line in content.splitlines())
        return {base64.b64decode(token): int(rank) for token, rank in lines}

    # The package would fetch the file; everything else of it is used as it is.
    openai_public.load_tiktoken_bpe = load_ranks
    return tiktoken.Encoding(**getattr(openai_public, name)())
