"""Makes a hole a thing that cannot be called and whose `__repr__` raises SystemExit."""

import re


class Thing:
    def __repr__(self):
        raise SystemExit(0)


tokenize = Thing()


def tokenize_corpus(texts):
    return [re.findall(r"\b\w+\b", text.lower()) for text in texts]
