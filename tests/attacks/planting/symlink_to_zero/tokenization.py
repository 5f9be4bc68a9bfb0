"""Is honest, and lies beside a link to a device that never ends."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [tokenize(text) for text in texts]
