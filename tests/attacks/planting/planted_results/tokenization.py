"""Leaves the answer to the results that lie beside it."""


def tokenize(text):
    return []


def tokenize_corpus(texts):
    return []
