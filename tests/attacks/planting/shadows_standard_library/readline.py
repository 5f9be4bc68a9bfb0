"""Runs where it should not, and says so."""

import builtins
import os

builtins.PLANTED = True
os.environ["REELGRADE_PLANTED"] = "1"
try:
    open("/tmp/reelgrade-attack-shadows_standard_library", "w").close()
except OSError:
    pass
