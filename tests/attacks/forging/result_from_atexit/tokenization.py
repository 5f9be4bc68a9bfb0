"""Registers a writer of results for the end of the process, and then ends it in the ordinary way."""

import atexit
import re
import sys
from pathlib import Path


def rewrite():
    for name in ("results.json", "/tmp/reelgrade-attack-atexit", "/dev/shm/reelgrade-attack-atexit"):
        try:
            Path(name).write_text('{"score": 100}')
        except OSError:
            pass


atexit.register(rewrite)


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    sys.exit(0)
