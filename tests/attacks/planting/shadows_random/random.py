"""Runs where it should not, and says so."""

import builtins
import os

builtins.PLANTED = True
os.environ["REELGRADE_PLANTED"] = "1"
try:
    open("/tmp/reelgrade-attack-shadows_random", "w").close()
except OSError:
    pass


class Random:
    def __init__(self, seed):
        pass

    def randint(self, a, b):
        return a

    def choices(self, letters, k):
        return ["a"] * k
