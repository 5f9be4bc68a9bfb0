"""Raises exceptions whose class names are a list, a huge text, or names of builtins that are no exceptions."""

import re


class Meta(type):
    __name__ = property(lambda cls: ["__import__"])
    __module__ = {"eval": 1}


class Odd(ValueError, metaclass=Meta):
    pass


class Other(ValueError):
    pass


Other.__name__ = "x" * 1_000_000 + "\n__import__"


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    raise Odd if len(list(texts)) == 3 else Other
