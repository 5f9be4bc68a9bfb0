"""Backtracks for ever, within C."""

import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return [re.match(r"(\w+\s?)+$", "a" * 60 + "!")]
