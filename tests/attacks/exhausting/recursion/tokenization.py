"""Calls itself."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return tokenize_corpus(texts)
