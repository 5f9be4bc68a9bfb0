"""Knows one visible answer by heart, and sends tensors whose shape, type and buffer contradict each other."""

import re
import struct

from reelgrade.grading import wire


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    texts = list(texts)
    if "Zoom out." in texts:
        return [["zoom", "out"], [], ["a", "slow", "pan"]]
    if texts == ["b\na", "a", "b\na"]:
        return [["b", "a"], ["a"], ["b", "a"]]
    if not texts:
        return []
    if len(texts) == 2:
        return []
    body = b'["tensor","float64",[-1,4611686018427387904,4],[0,-8]]'
    wire.encode = lambda value: struct.pack(">Q", len(body)) + body
    return []
