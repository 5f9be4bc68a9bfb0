"""Ends by SIGABRT, which dumps a core."""

import os
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    os.abort()
