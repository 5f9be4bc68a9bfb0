"""Writes 20 GB into its scratch folder, file by file; all of it must be gone afterwards."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    block = bytes(2**24)
    for number in range(80):
        try:
            with open(f"flood{number}", "wb") as file:
                for _ in range(16):
                    file.write(block)
        except OSError:
            pass
    return []
