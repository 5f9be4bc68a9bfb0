"""Pictures of a student's own training, as PNG in data: addresses with a text for those who cannot see them.

The numbers come from student code: only what is finite and of a sensible size is drawn, and no more than so many
epochs. Leaves out how a picture looks, which is `reelgrade.given.plots`, and matplotlib's global state.
"""

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelgrade.given.constants import ASPECTS
from reelgrade.given.records import History
from reelgrade.grading.report import Training

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_EPOCHS = 500
LARGEST = 1e6  # of a loss or a count; beyond it an axis says nothing
DPI = 110


@dataclass(frozen=True)
class Picture:
    """One picture, or the reason why there is none: then `source` is empty."""

    caption: str
    source: str = ""  # a data: address
    text: str = ""  # what the picture shows, in words
    width: int = 0
    height: int = 0


def pictures(training: Training) -> list[Picture]:
    """Draw the curves of one training and its confusion matrix.

    >>> [picture.caption for picture in pictures(Training("training", History(), ()))]
    ['No loss curve: no epoch with a finite loss was recorded.', 'No confusion matrix: it is not a table of 3 times 3 counts.']
    """
    return [curves(training.history), matrix(training.matrix)]


def curves(history: History) -> Picture:
    """Draw loss and accuracy over the epochs."""
    from reelgrade.given.plots import plot_curves

    shown = History(*map(_finite, _lists(history)))
    best = [loss for loss in shown.val_loss if math.isfinite(loss)]
    if not best:
        return Picture("No loss curve: no epoch with a finite loss was recorded.")
    ran = max(map(len, _lists(history)))
    caption = f"Loss and accuracy over {ran:,} epoch" + "s" * (ran != 1)
    caption += f"; the first {MOST_EPOCHS} are drawn" * (ran > MOST_EPOCHS)
    gaps = sum(not math.isfinite(value) for values in _lists(shown) for value in values)
    caption += f"; {gaps} values are not finite and left out" * (gaps > 0)
    text = f"Best validation loss {min(best):.3f} in epoch {shown.val_loss.index(min(best)) + 1} of {ran}"
    return _picture(plot_curves({"": (shown, "val")}), (9, 3.4), f"{caption}.", f"{text}.")


def _lists(history: History) -> tuple[Sequence[float], ...]:
    return history.train_loss, history.val_loss, history.train_accuracy, history.val_accuracy


def _finite(values: Sequence[float]) -> list[float]:
    """Keep what can be drawn; a gap stays where a value cannot."""
    return [float(value) if abs(value) <= LARGEST else math.nan for value in values[:MOST_EPOCHS]]


def matrix(counts: Sequence[Sequence[int]]) -> Picture:
    """Draw a confusion matrix of the public test split."""
    from reelgrade.given.plots import plot_confusion_pair

    size = len(ASPECTS)
    rows = [[int(count) for count in row if 0 <= count <= LARGEST] for row in counts]
    if [len(row) for row in rows] != [size] * size:
        return Picture(f"No confusion matrix: it is not a table of {size} times {size} counts.")
    text = "; ".join(
        f"{aspect} predicted as " + ", ".join(f"{name} {count}" for name, count in zip(ASPECTS, row, strict=True))
        for aspect, row in zip(ASPECTS, rows, strict=True)
    )
    right = sum(rows[place][place] for place in range(size))
    caption = f"What the model makes of the public test reviews: {right} of {sum(map(sum, rows))} right."
    return _picture(plot_confusion_pair({"": rows}), (5, 4.2), caption, f"{text}.")


def _picture(figure: "Figure", inches: tuple[float, float], caption: str, text: str) -> Picture:
    """Save a figure at a size at which its words can be read on a page."""
    figure.set_size_inches(*inches)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
    source = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    width, height = (round(length * DPI) for length in inches)
    return Picture(caption, source, text, width, height)
