"""Is honest, and lies beside a link to the standard input and the memory of whoever follows it."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [tokenize(text) for text in texts]
