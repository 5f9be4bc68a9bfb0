"""Is honest, and lies beside files with names that a shell, a terminal or a parser takes for more."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [tokenize(text) for text in texts]
