"""What nbgrader has no option for, as small plugins of its own kinds; `nbgrader_config.py` of a course switches them on.

Nothing here makes a notebook's score safe against a student who cheats: `reelgrade class --nbgrader` does that.
"""

from reelgrade.nbgrader_plugins.collecting import CollectNoLinks, ReleaseWhatThereIs
from reelgrade.nbgrader_plugins.exporting import CellCsv
from reelgrade.nbgrader_plugins.feedback import ScrubHiddenTests
from reelgrade.nbgrader_plugins.points import PlainPoints
from reelgrade.nbgrader_plugins.repairing import RepairCells
from reelgrade.nbgrader_plugins.sanitizing import NoScripts

__all__ = [
    "CellCsv",
    "CollectNoLinks",
    "NoScripts",
    "PlainPoints",
    "ReleaseWhatThereIs",
    "RepairCells",
    "ScrubHiddenTests",
]
