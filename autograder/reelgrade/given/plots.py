"""Pictures people know from the course: curves, gap bars, confusion matrices, a strip of seeds.

Every function returns a matplotlib `Figure` of its own; no global state, no window. Save it with
`figure.savefig(path)`, or let a notebook show it.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reelgrade.given.constants import ASPECTS
from reelgrade.given.records import History

BLUE, ORANGE, GREEN, YELLOW, RED, GREY = "#2b6cb0", "#dd6b20", "#2f855a", "#d69e2e", "#c53030", "#718096"
SMALL_GAP, LARGE_GAP = 0.1, 0.3  # the source's traffic light for overfitting


def plot_curves(histories: Mapping[str, tuple[History, str]]) -> Figure:
    """Draw loss and accuracy of each run over its epochs: one row of two plots a run.

    `histories` maps a title to the history and the name of the split it was watched on.

    >>> plot_curves({"baseline": (History([1.0], [1.1], [0.4], [0.3]), "val")}).axes[0].get_ylabel()
    'loss per example'
    """
    figure = Figure(figsize=(11, 3.2 * len(histories)), layout="constrained")
    rows = figure.subplots(len(histories), 2, squeeze=False)
    for (title, (history, watched)), (loss_axes, accuracy_axes) in zip(histories.items(), rows, strict=True):
        _curves(loss_axes, history.train_loss, history.val_loss, watched, best=min)
        loss_axes.set(title=title, xlabel="epoch", ylabel="loss per example")
        _curves(accuracy_axes, history.train_accuracy, history.val_accuracy, watched, best=max)
        accuracy_axes.set(title=title, xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
    return figure


def _curves(
    axes: Axes,
    train: Sequence[float],
    watched_values: Sequence[float],
    watched: str,
    best: Callable[[list[float]], float],
) -> None:
    for values, colour, name in ((train, BLUE, "train"), (watched_values, ORANGE, watched)):
        axes.plot(range(1, len(values) + 1), values, color=colour, marker=".", label=name)
    finite = [value for value in watched_values if math.isfinite(value)]
    if finite:
        value = best(finite)
        epoch = watched_values.index(value) + 1
        axes.plot(epoch, value, "*", color=RED, markersize=13, label=f"best {watched}: {value:.3f}")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend()


def plot_gap_bars(history: History, watched: str = "val") -> Figure:
    """Draw the overfitting gap (watched loss - training loss) of each epoch as a coloured bar.

    >>> len(plot_gap_bars(History([0.5, 0.2], [0.6, 0.7], [], [])).axes[0].patches)
    2
    """
    gaps = [val - train for train, val in zip(history.train_loss, history.val_loss, strict=True)]
    colours = [GREEN if gap < SMALL_GAP else YELLOW if gap <= LARGE_GAP else RED for gap in gaps]
    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(1, len(gaps) + 1), gaps, color=colours)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="epoch", ylabel=f"{watched} loss - training loss", title="Overfitting gap by epoch")
    names = {GREEN: f"below {SMALL_GAP}", YELLOW: f"{SMALL_GAP} to {LARGE_GAP}", RED: f"above {LARGE_GAP}"}
    for colour, name in names.items():
        axes.plot([], [], "s", color=colour, label=name)
    axes.legend(title="gap")
    return figure


def plot_confusion_pair(matrices: Mapping[str, Sequence[Sequence[float]]]) -> Figure:
    """Draw confusion matrices side by side: true class down, predicted class across, share of the row as colour.

    >>> len(plot_confusion_pair({"a": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}).axes)
    1
    """
    figure = Figure(figsize=(6.2 * len(matrices), 5.2), layout="constrained")
    for axes, (title, matrix) in zip(
        figure.subplots(1, len(matrices), squeeze=False)[0], matrices.items(), strict=True
    ):
        shares = [[count / max(1, sum(row)) for count in row] for row in matrix]
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for i, row in enumerate(matrix):
            for j, count in enumerate(row):
                colour = "white" if shares[i][j] > 0.55 else "black"
                shown = f"{count}" if isinstance(count, int) else f"{count:.1f}"  # means over seeds are fractions
                text = f"{shown}\n{shares[i][j]:.0%}"
                axes.text(j, i, text, ha="center", va="center", color=colour)
        axes.set_xticks(range(len(ASPECTS)), ASPECTS)
        axes.set_yticks(range(len(ASPECTS)), ASPECTS, rotation=90, va="center")
        axes.set(title=title, xlabel="predicted aspect", ylabel="true aspect")
    return figure


def plot_seed_strip(accuracies: Mapping[str, Sequence[float]], published: Mapping[str, float]) -> Figure:
    """Draw one dot a seed and one row a classifier, the published figure as a cross beside them.

    >>> plot_seed_strip({"baseline": [0.48, 0.5]}, {"baseline": 0.49}).axes[0].get_xlabel()
    'test accuracy'
    """
    figure = Figure(figsize=(9, 0.45 * len(accuracies) + 1.2), layout="constrained")
    axes = figure.subplots()
    for row, (name, values) in enumerate(accuracies.items()):
        axes.plot(values, [row] * len(values), "o", color=BLUE, alpha=0.55, label="one seed" if row == 0 else None)
        if name in published:
            first = not any(line.get_label() == "published" for line in axes.lines)
            axes.plot(published[name], row, "X", color=RED, markersize=9, label="published" if first else None)
    axes.set_yticks(range(len(accuracies)), list(accuracies))
    axes.invert_yaxis()
    axes.set(xlabel="test accuracy", xlim=(0, 1))
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left")
    return figure


def plot_study(curves: Mapping[str, Sequence[Sequence[float]]], xlabel: str, ylabel: str, title: str) -> Figure:
    """Draw one curve a setting, the mean over its runs, with every run as a thin line behind it.

    >>> len(plot_study({"lr 1e-5": [[1.0, 0.9], [1.1, 0.8]]}, "epoch", "loss", "t").axes[0].lines)
    3
    """
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    for name, runs in curves.items():
        longest = max(len(run) for run in runs)
        columns = [[run[i] for run in runs if i < len(run)] for i in range(longest)]
        means = [sum(column) / len(column) for column in columns]
        (line,) = axes.plot(range(1, longest + 1), means, marker=".", linewidth=2, label=name)
        for run in runs:
            axes.plot(range(1, len(run) + 1), run, color=line.get_color(), alpha=0.3, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
