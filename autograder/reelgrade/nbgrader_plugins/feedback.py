"""A preprocessor for `GenerateFeedback.preprocessors`: takes hidden tests out of what students get back.

The course's own test cells hold none, and `check` shows nothing of hidden suites. This is for cells that an instructor
adds with `### BEGIN HIDDEN TESTS`: nbgrader shows their source, and tracebacks quote it.
"""

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

BEGIN, END = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
SHORT = 8  # lines of fewer characters give nothing away, and occur everywhere


class ScrubHiddenTests(NbGraderPreprocessor):
    """Removes hidden tests from the cells, and from every output that quotes them."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Scrub one notebook."""
        secret = {line.strip() for cell in nb.cells for line in hidden_lines(cell.source)}
        for cell in nb.cells:
            had_hidden = bool(hidden_lines(cell.source))
            cell.source = without_hidden(cell.source)
            for output in cell.get("outputs", []):
                _scrub(output, {line for line in secret if len(line) >= SHORT}, had_hidden)
        return nb, resources


def hidden_lines(source: str) -> list[str]:
    r"""Give the lines of all hidden regions, markers left out; a region that is not closed goes on to the end.

    >>> hidden_lines("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc")
    ['b']
    """
    return [line for line, hidden in _marked(source) if hidden]


def without_hidden(source: str) -> str:
    r"""Give the source without its hidden regions.

    >>> without_hidden("a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc")
    'a\nc'
    """
    return "\n".join(line for line, hidden in _marked(source) if not hidden)


def _marked(source: str) -> list[tuple[str, bool]]:
    lines, hidden = [], False
    for line in source.split("\n"):
        if BEGIN in line or END in line:
            hidden = BEGIN in line
        else:
            lines.append((line, hidden))
    return lines


def _scrub(output: Any, secret: set[str], had_hidden: bool) -> None:
    """Scrub one output; an error of a cell with hidden tests says no more than its kind."""
    if output["output_type"] == "error":
        quoted = any(line in ANSI.sub("", "\n".join(output["traceback"])) for line in secret)
        if had_hidden or quoted:
            output["evalue"] = "a hidden test failed"
            output["traceback"] = [f"{output['ename']}: a hidden test failed"]
    elif output["output_type"] == "stream":
        output["text"] = _cleaned(output["text"], secret)
    else:
        output["data"] = {kind: _cleaned(value, secret) for kind, value in output.get("data", {}).items()}


def _cleaned(value: Any, secret: set[str]) -> Any:
    """Drop the lines that quote a hidden test; what is no text stays."""
    if isinstance(value, list):
        return [_cleaned(part, secret) for part in value]
    if not isinstance(value, str) or not any(line in value for line in secret):
        return value
    return "\n".join(line for line in value.split("\n") if not any(one in line for one in secret))
