"""Set the bars of the accuracy checks from measured samples, and publish what they let through.

A bar is mean - k sd of the quantity that is graded, the mean accuracy over three seeds. k is the
one-sided normal tolerance factor: with 95 % confidence at most 1 run in 10,000 of the reference falls below
(Hahn & Meeker 1991, from the noncentral t distribution).
"""

import math
import os
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from reelgrade.grading.judged import SEEDS, Judged, codes, majority_rate, share_right

FALSE_FAIL, CONFIDENCE = 1e-4, 0.95
GRADED = len(SEEDS)
TASKS = {"training": ("train_baseline", "baseline"), "finetuning": ("finetune_backbone", "texts")}
NUM_SEEDS = {"training": 100, "finetuning": 20}
FIRST_SEED = 1000  # apart from the seeds that are graded


@dataclass(frozen=True)
class Variant:
    """One source of a module: the reference, an alternative or a mutant."""

    kind: str
    name: str
    source: str


@dataclass(frozen=True)
class Sample:
    """Accuracies of one variant, one a seed, on one judged split."""

    variant: Variant
    accuracies: list[float]

    @property
    def graded(self) -> list[float]:
        """Means over disjoint groups of as many seeds as are graded."""
        groups = [self.accuracies[i : i + GRADED] for i in range(0, len(self.accuracies) - GRADED + 1, GRADED)]
        return [statistics.fmean(group) for group in groups]


@dataclass(frozen=True)
class Bar:
    """A calibrated bar and the figures behind it."""

    task: str
    split: str
    floor: float
    bar: float
    mean: float
    sd: float
    n: int
    k: float
    false_fail: float
    false_pass: float


def tolerance_factor(n: int, graded: int = 1) -> float:
    """Give k for a sample of n single seeds when means over `graded` seeds are what is graded.

    The sd of such a mean has n - 1 degrees of freedom, but the mean of the sample is known only as
    well as from n / graded of them.

    >>> round(tolerance_factor(100), 2), round(tolerance_factor(20), 2)
    (4.25, 5.17)
    """
    from scipy.stats import nct, norm

    root = math.sqrt(n / graded)
    return float(nct.ppf(CONFIDENCE, n - 1, norm.ppf(1 - FALSE_FAIL) * root) / root)


def measure(
    autograder: Path, task: str, variants: Sequence[Variant], splits: dict[str, list[dict[str, str]]], num_seeds: int
) -> Iterator[dict[str, Sample]]:
    """Run every variant with `num_seeds` seeds, one process a core; gives its samples by split, in order."""
    seeds = list(range(FIRST_SEED, FIRST_SEED + num_seeds))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = [pool.submit(_predictions, autograder, task, variant.source, splits, seeds) for variant in variants]
        for variant, job in zip(variants, jobs, strict=True):
            yield {name: Sample(variant, accuracies) for name, accuracies in job.result().items()}


def _predictions(
    autograder: Path, task: str, source: str, splits: dict[str, list[dict[str, str]]], seeds: list[int]
) -> dict[str, list[float]]:
    """Train one variant and judge it on all splits at once; a variant that raises is right nowhere."""
    from reelgrade.grading.errors import HoleError, NotStarted
    from reelgrade.grading.holes import load_holes
    from reelgrade.grading.seam import Seam, local

    experiment, data = TASKS[task]
    judged = Judged(autograder, "all", [row for rows in splits.values() for row in rows], seeds)
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        file = Path(folder) / f"{task}.py"
        file.write_text(source, encoding="utf-8")
        try:
            predictions = Seam(local(load_holes(file))).run(experiment, **getattr(judged, data))
        except (HoleError, NotStarted):
            predictions = [[] for _ in seeds]
    found: dict[str, list[float]] = {}
    start = 0
    for name, rows in splits.items():
        found[name] = [share_right(one[start : start + len(rows)], codes(rows)) for one in predictions]
        start += len(rows)
    return found


def set_bar(task: str, split: str, rows: list[dict[str, str]], samples: Sequence[Sample]) -> Bar:
    """Set the bar from the reference's sample; the mutants' samples give the rate of wrong code that reaches it."""
    from scipy.stats import norm

    (reference,) = (sample for sample in samples if sample.variant.kind == "reference")
    mean, n = statistics.fmean(reference.accuracies), len(reference.accuracies)
    sd = statistics.stdev(reference.accuracies) / math.sqrt(GRADED)  # of the mean over the graded seeds
    k = tolerance_factor(n, GRADED)
    bar = math.floor(1000 * (mean - k * sd)) / 1000
    wrong = [value for sample in samples if sample.variant.kind == "mutant" for value in sample.graded]
    passed = sum(value >= bar for value in wrong) / len(wrong) if wrong else 0.0
    return Bar(task, split, majority_rate(codes(rows)), bar, mean, sd, n, k, float(norm.cdf((bar - mean) / sd)), passed)


def thresholds_toml(bars: Sequence[Bar]) -> str:
    """Write thresholds.toml."""
    lines = ["# Written by `reelgrade calibrate`; docs/fairness.md explains every figure."]
    for bar in bars:
        lines += [
            "",
            f"[{bar.task}.{bar.split}]",
            f"floor = {bar.floor:.4f}  # majority rate: no points here",
            f"bar = {bar.bar:.3f}  # all points from here on: mean - k sd",
            f"mean = {bar.mean:.4f}",
            f"sd = {bar.sd:.4f}  # of the mean over {GRADED} seeds, which is what is graded",
            f"n = {bar.n}  # seeds of the sample",
            f"k = {bar.k:.3f}  # tolerance factor",
            f"false_fail = {bar.false_fail:.1e}  # modelled: right code below the bar",
            f"false_pass = {bar.false_pass:.3f}  # measured: wrong code above it, which other checks must catch",
        ]
    return "\n".join(lines) + "\n"


def corpus(root: Path, task: str) -> list[Variant]:
    """Gather the reference, the alternatives and the mutants of the module that an accuracy check calls."""
    from reelgrade.course.submission import run_file

    source = (root / "solutions" / f"{task}.py").read_text(encoding="utf-8")
    mutants, alternatives = (run_file(root / "tests" / f"{name}.py") for name in ("mutants", "alternatives"))
    file = f"{task}.py"
    return [
        Variant("reference", "solutions", source),
        *(
            Variant("alternative", f"{one.hole}: {one.name}", alternatives.replace_hole(one, source))
            for one in alternatives.ALTERNATIVES
            if one.file == file
        ),
        *(Variant("mutant", one.name, mutants.mutate(one, source)) for one in mutants.MUTANTS if one.file == file),
    ]


def summary_rows(samples: Sequence[Sample], bar: float) -> list[dict[str, Any]]:
    """Summarise each variant's sample against a bar."""
    return [
        {
            "kind": sample.variant.kind,
            "name": sample.variant.name,
            "mean": statistics.fmean(sample.accuracies),
            "lowest": min(sample.graded),
            "passes": sum(value >= bar for value in sample.graded) / len(sample.graded),
        }
        for sample in samples
    ]
