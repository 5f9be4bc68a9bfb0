"""From runs to the figures of metrics.json: means, spreads and intervals, computed with scikit-learn and scipy."""

import hashlib
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reelgrade.course.folders import Splits
from reelgrade.course.reproduction.ladder import NUM_CLASSES, RUNGS, Pipeline, Run
from reelgrade.course.reproduction.published import PUBLISHED

Metrics = dict[str, Any]


def summarise(
    pipeline: Pipeline, splits: Splits, seeds: Sequence[int], runs: Mapping[str, list[Run]], skipped: Mapping[str, str]
) -> Metrics:
    """Build the content of metrics.json.

    `runs` maps the name of a rung to its runs, `skipped` the name of a rung to the hole it waits
    for. Everything in it but `seconds` depends on data, seeds and machine only.
    """
    return {
        "data": describe_data(splits, pipeline),
        "backbone": pipeline.backbone,
        "seeds": list(seeds),
        "published": PUBLISHED,
        "ladder": [summarise_rung(rung.name, runs[rung.name]) for rung in RUNGS if rung.name in runs],
        "not_started": dict(skipped),
    }


def describe_data(splits: Splits, pipeline: Pipeline) -> Metrics:
    """Say which data it was: file names, sha256, rows and class counts of both splits."""
    described = {}
    for name, path, split in (("train", splits.train, pipeline.train), ("test", splits.test, pipeline.test)):
        described[name] = {
            "file": path.name,
            "sha256": sha256(path),
            "rows": len(split.labels),
            "labels": [split.labels.count(class_id) for class_id in range(NUM_CLASSES)],
        }
    return described


def sha256(path: Path) -> str:
    """Give the sha256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def summarise_rung(name: str, runs: list[Run]) -> Metrics:
    """Summarise the runs of one rung; matrices and recalls are means over the runs, sd has n - 1 below it."""
    from scipy.stats import binomtest
    from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

    pairs = [(run.evaluation.labels, run.evaluation.predictions) for run in runs]
    macro = [precision_recall_fscore_support(*pair, average="macro", zero_division=0)[:3] for pair in pairs]
    precision, recall, f1 = (_mean([float(value) for value in column]) for column in zip(*macro, strict=True))
    matrices = [confusion_matrix(*pair, labels=range(NUM_CLASSES)).tolist() for pair in pairs]
    matrix = [[_mean([m[i][j] for m in matrices]) for j in range(NUM_CLASSES)] for i in range(NUM_CLASSES)]
    accuracies = [run.evaluation.accuracy for run in runs]
    losses = [run.evaluation.loss for run in runs]
    num_test = len(pairs[0][0])
    wilson = binomtest(round(_mean(accuracies) * num_test), num_test).proportion_ci(0.95, method="wilson")
    return {
        "name": name,
        "accuracy_mean": _mean(accuracies),
        "accuracy_sd": statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0,
        "n": len(runs),
        "accuracies": accuracies,
        "wilson_95": [float(wilson.low), float(wilson.high)],
        "loss_mean": None if any(math.isnan(loss) for loss in losses) else _mean(losses),
        "macro_precision_mean": precision,
        "macro_recall_mean": recall,
        "macro_f1_mean": f1,
        "per_class_recall": [row[i] / sum(row) if sum(row) else 0.0 for i, row in enumerate(matrix)],
        "confusion_matrix": matrix,
        "epochs_mean": _mean([len(run.history.train_loss) for run in runs if run.history]) or None,
        "seconds": sum(run.seconds for run in runs),
    }


def relative_improvements(metrics: Metrics) -> Metrics:
    """Compare each fine-tuned rung with the published baseline: metric -> fraction of the baseline."""
    rungs = {rung["name"]: rung for rung in metrics["ladder"]}
    baseline = rungs.get("simple_nn_published")
    if baseline is None:
        return {}
    keys = ("accuracy_mean", "macro_precision_mean", "macro_recall_mean", "macro_f1_mean")
    return {
        name: {key: rungs[name][key] / baseline[key] - 1 if baseline[key] else None for key in keys}
        for name in ("finetuned_published", "finetuned_sound")
        if name in rungs
    }


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 0.0
