"""Reads from address 0."""

import ctypes
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    ctypes.string_at(0)
