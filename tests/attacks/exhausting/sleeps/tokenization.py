"""Sleeps for a day."""

import re
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    time.sleep(86_400)
