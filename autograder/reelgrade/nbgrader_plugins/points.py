"""A preprocessor for `Autograde.autograde_preprocessors`: makes of a test cell's output the points that it shows.

nbgrader alone gives 0 where anything stands on standard error, all points for NaN, for a negative number and for no
number at all, and stops with an error at more points than there are.
"""

import html
import math
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from reelgrade.nbgrader_plugins.cells import nbgraders

OURS = "from reelgrade import check"


NOT_OF_RECORD = (
    "no score of record: this notebook ran unconfined, as you, beside the hidden checks and the gradebook; "
    "reelgrade class --nbgrader confines its code"
)


class PlainPoints(NbGraderPreprocessor):
    """Keeps one result of each test cell, within 0 and its points; has to come between Execute and SaveAutoGrades."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Mend a notebook, and log what its score is worth."""
        self.log.warning("%s: %s", resources["nbgrader"]["student"], NOT_OF_RECORD)
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Mend the outputs of a test cell."""
        meta = nbgraders(cell)
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            cell.outputs = plain_outputs(cell.outputs, float(meta["points"]), OURS in cell.source)
        return cell, resources


def plain_outputs(outputs: list[Any], most: float, ours: bool) -> list[Any]:
    """Drop standard error and all results but the last, which becomes 0 unless it is a number from 0 to `most`.

    Where the cell is one of `ours`, it always ends in a number: without one it is worth nothing. An error stays.
    """
    results = [output for output in outputs if output["output_type"] == "execute_result"]
    kept = [
        output
        for output in outputs
        if output["output_type"] != "execute_result"
        and not (output["output_type"] == "stream" and output.get("name") == "stderr")
    ]
    if any(output["output_type"] == "error" for output in kept):
        return kept
    if not results:
        return [*kept, _zero("the test cell did not come to its end")] if ours else kept
    text = _text(results[-1])
    if _in_range(text, most) or not (ours or _is_number(text)):
        return [*kept, results[-1]]
    return [*kept, _zero(f"{text[:40]!r} is no number of points from 0 to {most:g}")]


def _text(output: Any) -> str:
    text = output.get("data", {}).get("text/plain", "")
    return "".join(text) if isinstance(text, list) else str(text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _in_range(text: str, most: float) -> bool:
    return _is_number(text) and math.isfinite(float(text)) and 0 <= float(text) <= most


def _zero(reason: str) -> Any:
    data = {"text/plain": "0.0", "text/html": f"<pre>0.0</pre><p>{html.escape(reason)}</p>"}
    return new_output("execute_result", data=data, execution_count=None)  # type: ignore[no-untyped-call]
