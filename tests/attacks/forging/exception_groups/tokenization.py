"""Raises a deeply nested exception group with a ring of causes and a million notes."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    error = ExceptionGroup("passed", [ValueError("x")])
    for _ in range(2000):
        error = ExceptionGroup("passed", [error])
    other = ValueError("y")
    error.__cause__, other.__cause__ = other, error
    error.__notes__ = ["2 of 2 points"] * 1_000_000
    raise error
