"""Hangs when the interpreter goes down: in atexit, in a destructor, in a callback, in a thread that is waited for."""

import atexit
import re
import sys
import threading
import time
import weakref

KEPT = None


def hang(*args):
    while True:
        time.sleep(1)


class Last:
    __del__ = hang


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    global KEPT
    atexit.register(hang)
    KEPT = Last()
    weakref.finalize(KEPT, hang)
    threading.Thread(target=hang, daemon=False).start()
    sys.exit(0)
