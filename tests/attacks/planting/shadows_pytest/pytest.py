"""Runs where it should not, and says so."""

import builtins
import os

builtins.PLANTED = True
os.environ["REELGRADE_PLANTED"] = "1"
try:
    open("/tmp/reelgrade-attack-shadows_pytest", "w").close()
except OSError:
    pass


class mark:
    @staticmethod
    def points(n):
        return lambda function: lambda submission: None

    accuracy = confirms = points
