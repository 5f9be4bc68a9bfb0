"""Dies at every call of either hole, so that a new worker is needed every time."""

import os


def tokenize(text):
    os._exit(0)


def tokenize_corpus(texts):
    os.kill(os.getpid(), 9)
    os._exit(1)
