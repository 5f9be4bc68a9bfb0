"""Makes both holes one function that guesses by the type of its argument which one is meant."""

import re


def tokenize(text):
    if isinstance(text, str):
        return re.findall(r"\b\w+\b", text.lower())
    return []


tokenize_corpus = tokenize
