"""Runs where it should not, and says so."""

import builtins
import os

builtins.PLANTED = True
os.environ["REELGRADE_PLANTED"] = "1"
try:
    open("/tmp/reelgrade-attack-shadows_json", "w").close()
except OSError:
    pass


def loads(text):
    return {"status": "passed", "score": 100}


def dumps(value, **options):
    return "{}"
