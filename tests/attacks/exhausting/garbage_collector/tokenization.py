"""Hangs in a callback of the garbage collector, and lets it run all the time."""

import gc
import re
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    gc.callbacks.append(lambda *args: time.sleep(3600))
    gc.set_threshold(1)
    return [[] for _ in range(1000)]
