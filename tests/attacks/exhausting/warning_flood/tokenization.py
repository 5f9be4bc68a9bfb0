"""Warns and logs without end."""

import logging
import re
import warnings


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    for number in range(10**9):
        warnings.warn(f"warning {number}", stacklevel=1)
        logging.error("x" * 10_000)
