"""Write what a reproduction found: metrics.json, comparison.md, the figures, and the table on the screen."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelgrade.course.reproduction.ladder import RUNGS, Run
from reelgrade.course.reproduction.summary import Metrics, relative_improvements
from reelgrade.given import ASPECTS

if TYPE_CHECKING:
    from rich.console import Console

TITLES = {rung.name: rung.title for rung in RUNGS}
DPI = 150


def write_report(folder: Path, metrics: Metrics, runs: Mapping[str, list[Run]]) -> None:
    """Write metrics.json, comparison.md and the PNG figures into a folder."""
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    (folder / "comparison.md").write_text(comparison_markdown(metrics), encoding="utf-8")
    _write_figures(folder, metrics, runs)


def _write_figures(folder: Path, metrics: Metrics, runs: Mapping[str, list[Run]]) -> None:
    from reelgrade.given import plots

    rungs = {rung["name"]: rung for rung in metrics["ladder"]}
    histories = {
        TITLES[name]: (found[0].history, "validation" if name == "finetuned_sound" else "test")
        for name, found in runs.items()
        if found[0].history is not None
    }
    if histories:
        plots.plot_curves(histories).savefig(folder / "curves.png", dpi=DPI)
    if "finetuned_published" in runs:
        history = runs["finetuned_published"][0].history
        assert history is not None
        plots.plot_gap_bars(history, "test").savefig(folder / "overfitting_gap.png", dpi=DPI)
    pair = [name for name in ("simple_nn_published", "finetuned_published") if name in rungs]
    if pair:
        matrices = {f"{TITLES[name]}, mean of {rungs[name]['n']}": rungs[name]["confusion_matrix"] for name in pair}
        plots.plot_confusion_pair(matrices).savefig(folder / "confusion_matrices.png", dpi=DPI)
    accuracies = {TITLES[name]: rung["accuracies"] for name, rung in rungs.items()}
    published = {TITLES[name]: value["accuracy"] for name, value in metrics["published"].items() if name in TITLES}
    plots.plot_seed_strip(accuracies, published).savefig(folder / "seeds.png", dpi=DPI)


HEADINGS = ["classifier", "accuracy", "n", "loss", "F1", "change", "published"]


def print_tables(metrics: Metrics, console: "Console") -> None:
    """Print the ladder beside the published figures, then intervals and per-class recall."""
    _print_table(console, f"Test split, backbone {metrics['backbone']}", HEADINGS, _rows(metrics))
    _print_table(console, "95 % interval of the accuracy, and recall", _recall_headings(), _recall_rows(metrics))
    console.print("accuracy: mean ± sd over n seeds; change: relative, to the SimpleNN (published)")
    for line in _not_started(metrics):
        console.print(line)


def _not_started(metrics: Metrics) -> list[str]:
    return [f"{TITLES[name]}: not started: {hole}" for name, hole in metrics["not_started"].items()]


def _print_table(console: "Console", title: str, headings: list[str], rows: list[list[str]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", show_edge=False, collapse_padding=True)
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _rows(metrics: Metrics) -> list[list[str]]:
    improvements = relative_improvements(metrics)
    rows = []
    for rung in metrics["ladder"]:
        name = rung["name"]
        improved = improvements.get(name, {}).get("accuracy_mean")
        published = metrics["published"].get(name)
        spread = f" ± {rung['accuracy_sd']:.3f}" if rung["n"] > 1 else ""
        rows.append(
            [
                TITLES[name],
                f"{rung['accuracy_mean']:.3f}{spread}",
                str(rung["n"]),
                _number(rung["loss_mean"]),
                f"{rung['macro_f1_mean']:.3f}",
                "" if improved is None else f"{improved:+.0%}",
                "" if published is None else f"{published['accuracy']:.3f}",
            ]
        )
    return rows


def _recall_headings() -> list[str]:
    return ["classifier", "95 % interval", *ASPECTS]


def _recall_rows(metrics: Metrics) -> list[list[str]]:
    return [
        [
            TITLES[rung["name"]],
            "{:.3f}-{:.3f}".format(*rung["wilson_95"]),
            *(_share(value) for value in rung["per_class_recall"]),
        ]
        for rung in metrics["ladder"]
    ]


def comparison_markdown(metrics: Metrics) -> str:
    """Write the two metrics tables of the course, and the whole ladder under them, as Markdown."""
    rungs = {rung["name"]: rung for rung in metrics["ladder"]}
    data = metrics["data"]
    lines = [
        "# Baseline and fine-tuned encoder, side by side",
        "",
        f"Data: {data['train']['file']} ({data['train']['rows']} rows) and {data['test']['file']} "
        f"({data['test']['rows']} rows). Backbone: {metrics['backbone']}. Seeds: {len(metrics['seeds'])}. "
        "Figures are means over the seeds; published figures come from one run each, on the source project's own data.",
        "",
    ]
    for title, names in (
        ("Baseline", ("simple_nn_published", "simple_nn_tuned")),
        ("Fine-tuned encoder", ("finetuned_published", "finetuned_sound")),
    ):
        lines += [f"## {title}", "", *_metrics_table(metrics, [name for name in names if name in rungs]), ""]
    lines += ["## The whole ladder", "", *_markdown_table(HEADINGS, _rows(metrics)), ""]
    lines += ["## Intervals and per-class recall", "", *_markdown_table(_recall_headings(), _recall_rows(metrics)), ""]
    lines += [f"- {line}" for line in _not_started(metrics)]
    lines += [
        '"change" is the relative change against SimpleNN as published: +91 % of .49 is 45 points. The interval '
        f"is Wilson's for one test set of {data['test']['rows']} rows at the mean accuracy. {_selection_remark(rungs)}",
        "",
    ]
    return "\n".join(lines)


def _selection_remark(rungs: Mapping[str, Any]) -> str:
    if not {"finetuned_published", "finetuned_sound"} <= set(rungs):
        return ""
    optimism = rungs["finetuned_published"]["accuracy_mean"] - rungs["finetuned_sound"]["accuracy_mean"]
    return f"Choosing the epoch on test, and training on all of train, gained {100 * optimism:+.1f} points here."


def _metrics_table(metrics: Metrics, names: list[str]) -> list[str]:
    rungs = {rung["name"]: rung for rung in metrics["ladder"]}
    headings, columns = ["metric"], []
    for name in names:
        rung, published = rungs[name], metrics["published"].get(name)
        headings.append(TITLES[name])
        columns.append([_share(rung[f"{key}_mean"]) for key in ("accuracy", *_MACRO)] + [_number(rung["loss_mean"])])
        if published:
            headings.append("published")
            columns.append([_share(published[key]) for key in _PUBLISHED_KEYS] + [_number(published["loss"])])
    titles = ["accuracy", "precision (macro)", "recall (macro)", "F1 (macro)", "test loss"]
    return _markdown_table(headings, [[title, *cells] for title, *cells in zip(titles, *columns, strict=True)])


_MACRO = ("macro_precision", "macro_recall", "macro_f1")
_PUBLISHED_KEYS = ("accuracy", "precision", "recall", "macro_f1")


def _markdown_table(headings: list[str], rows: list[list[str]]) -> list[str]:
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def _share(value: float) -> str:
    return f"{value:.1%}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
