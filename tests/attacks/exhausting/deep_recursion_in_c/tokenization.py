"""Prints, hashes and pickles what is nested too deep for the stack."""

import pickle
import re
import sys


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    sys.setrecursionlimit(10**8)
    deep = ()
    for _ in range(5_000_000):
        deep = (deep,)
    hash(deep)
    return [pickle.dumps(deep), repr(deep)]
