"""Is honest, and lies beside an exercise of 64 GB."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [tokenize(text) for text in texts]
