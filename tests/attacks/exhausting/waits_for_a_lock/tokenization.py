"""Takes a lock twice."""

import re
import threading


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
