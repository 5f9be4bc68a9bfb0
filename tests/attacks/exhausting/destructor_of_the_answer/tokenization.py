"""Returns an object whose destructor hangs and swallows, after it has been refused."""

import re
import time


class Last:
    def __del__(self):
        while True:
            try:
                time.sleep(1)
            except BaseException:
                pass


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return Last()
