"""Is honest, and lies beside a file of a terabyte without content."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [tokenize(text) for text in texts]
