"""Returns a list nested a million deep, and one that holds itself."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    if len(list(texts)) == 3:
        deep = []
        for _ in range(1_000_000):
            deep = [deep]
        return deep
    ring = []
    ring.append(ring)
    return ring
