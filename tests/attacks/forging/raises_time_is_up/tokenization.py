"""Raises the grader's own timeout at once."""

import re

from reelgrade.grading.errors import TimeIsUp


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    raise TimeIsUp("took too long")
