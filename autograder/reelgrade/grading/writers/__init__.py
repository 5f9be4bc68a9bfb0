"""The formats a report can be written in, by name; each writer is imported when it is used.

Leaves out where the files go and who asks for them: a writer gives text, and writes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from reelgrade.grading.report import Report


@dataclass(frozen=True)
class Format:
    """One way to write a report: what it is asked for by, the file it belongs in, and who reads it.

    >>> FORMATS["junit"].file
    'junit.xml'
    """

    name: str
    file: str
    module: str
    reader: str

    @property
    def write(self) -> Callable[[Report], str]:
        """The writer: a pure function from a report to text, to be stored as UTF-8 with its line ends as they are.

        >>> FORMATS["csv"].write(Report("alice", (), 0, 0, False)).splitlines()[1][:9]
        '"alice",0'
        """
        writer: Callable[[Report], str] = import_module(f"{__name__}.{self.module}").write
        return writer


FORMATS = {
    one.name: one
    for one in (
        Format("json", "report.json", "full_json", "programs: everything, described by a schema"),
        Format("html", "report.html", "page", "people: one page without scripts or outside resources"),
        Format("terminal", "report.txt", "terminal", "people: plain text"),
        Format("summary", "summary.md", "summary", "people: the job summary of a GitHub workflow"),
        Format("csv", "grades.csv", "table", "spreadsheets: a header and one row"),
        Format("junit", "junit.xml", "junit", "CI systems"),
        Format("gradescope", "results.json", "gradescope", "Gradescope"),
        Format("github", "github.json", "github", "the reporter of GitHub Classroom"),
        Format("classroom50", "classroom50.json", "classroom50", "Classroom 50"),
    )
}
