"""Raises an exception whose text, representation and class name never come."""

import re


class Endless(ValueError):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    raise Endless
