"""nbgrader configuration of this course; every setting has its reason.

REELGRADE_EXCHANGE may name another exchange than the one below. Students need the same `course_id` and exchange in a
configuration of their own; `reelgrade new --nbgrader` writes both.
"""

import os
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    GetGrades,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

from reelgrade.nbgrader_plugins import (
    CellCsv,
    CollectNoLinks,
    NoScripts,
    PlainPoints,
    ReleaseWhatThereIs,
    RepairCells,
    ScrubHiddenTests,
)

c = get_config()  # noqa: F821  # given by traitlets

here = Path(__file__).resolve().parent
exchange = Path(os.environ.get("REELGRADE_EXCHANGE", here / "exchange"))

c.CourseDirectory.course_id = "reelgrade"
c.CourseDirectory.root = str(here)  # every command works from any folder
c.CourseDirectory.source_directory = "source_notebooks"
c.Exchange.root = str(exchange)  # never the system-wide default, which any command would create
c.Exchange.cache = str(here / ".nbgrader_cache")
c.CourseDirectory.include = [
    "*.ipynb",
    "timestamp.txt",
    "submission_secret.txt",
]  # a student's torch.py would be imported
c.ExchangeSubmit.strict = True  # a renamed notebook is refused at once, not found missing later
c.ExchangeFactory.collect = CollectNoLinks
c.ExchangeFactory.release_feedback = ReleaseWhatThereIs

c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    RepairCells,  # before nbgrader trips over a copied cell, or one without metadata
    DeduplicateIds,
    OverwriteKernelspec,
    OverwriteCells,
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    Execute,
    PlainPoints,  # standard error costs nothing, and points stay between 0 and the most
    ClearMetadataPreprocessor,
    LimitOutput,
    NoScripts,  # formgrader shows texts and outputs as HTML in the instructor's own session
    SaveAutoGrades,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.Execute.timeout = 270  # seconds a cell, by the wall clock: twice the 120 of an accuracy check, and some more
c.Execute.iopub_timeout = 10  # a kernel that prints a lot needs longer than the default of 4
c.Execute.shutdown_kernel = "immediate"  # nothing in a notebook needs a graceful end, which takes a second

c.GenerateFeedback.preprocessors = [GetGrades, ScrubHiddenTests, NoScripts, CSSHTMLHeaderPreprocessor]
c.ExportApp.plugin_class = CellCsv  # tells crashed, not graded and absent apart
