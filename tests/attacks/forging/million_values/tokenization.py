"""Returns 900000 words, each another, in answer to every request."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [str(number) for number in range(900_000)]
