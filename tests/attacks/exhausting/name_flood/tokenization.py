"""Makes folders within folders and empty files until the time is up; all must be gone soon afterwards."""

import os
import re


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    number = 0
    while True:
        if number % 1000 == 0:
            os.mkdir(f"d{number}")
            os.chdir(f"d{number}")
        open(f"f{number}", "w").close()
        number += 1
