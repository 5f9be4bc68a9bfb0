"""Takes almost all the time that a check has, every time, and answers wrong."""

import re
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    time.sleep(1.5)
    return []
