"""Run the ladder or a study with a progress bar, and write everything at the end, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from reelgrade.course.files import output_folder
from reelgrade.course.folders import Splits
from reelgrade.course.reproduction.ladder import RUNGS, Pipeline, Run, timed
from reelgrade.course.reproduction.report import print_tables, write_report
from reelgrade.course.reproduction.studies import STUDIES, write_study
from reelgrade.course.reproduction.summary import Metrics, summarise
from reelgrade.course.submission import Submission
from reelgrade.errors import UserError
from reelgrade.given.backbones import resolve_backbone


def reproduce(submission: Path, splits: Splits, backbone: str, num_seeds: int, out: Path, console: Console) -> Metrics:
    """Train and measure the whole ladder on a submission's functions; returns the content of metrics.json.

    Seeds are 0 to num_seeds - 1; rungs without randomness run once. A rung whose hole is not
    started is left out and named. Files appear in `out` when all is done.
    """
    seeds = range(num_seeds)
    runs: dict[str, list[Run]] = {}
    skipped: dict[str, str] = {}
    with output_folder(out) as scratch:
        pipeline = Pipeline(Submission(submission), splits, resolve_backbone(backbone))
        jobs = [(rung, seed) for rung in RUNGS for seed in (seeds if rung.varies else [0])]
        with _progress(len(jobs)) as advance:
            for rung, seed in jobs:
                advance(f"{rung.title}, seed {seed}")
                if rung.name in skipped:
                    continue
                try:
                    run = timed(pipeline, partial(rung.run, pipeline, seed))
                except NotImplementedError as error:
                    skipped[rung.name] = str(error) or "a hole"
                else:
                    runs.setdefault(rung.name, []).append(run)
        metrics = summarise(pipeline, splits, seeds, runs, skipped)
        write_report(scratch, metrics, runs)
    print_tables(metrics, console)
    return metrics


def study(
    name: str, submission: Path, splits: Splits, backbone: str, num_seeds: int, out: Path, console: Console
) -> None:
    """Run one study, print its table and write its figure and JSON."""
    chosen = STUDIES[name]
    runs: dict[object, list[Run]] = {}
    with output_folder(out) as scratch:
        pipeline = Pipeline(Submission(submission), splits, resolve_backbone(backbone))
        jobs = [(setting, seed) for setting in chosen.settings for seed in range(num_seeds)]
        with _progress(len(jobs)) as advance:
            for setting, seed in jobs:
                advance(f"{chosen.label(setting)}, seed {seed}")
                try:
                    run = timed(pipeline, partial(chosen.run, pipeline, setting, seed))
                except NotImplementedError as error:
                    raise UserError(f"{error} is not started yet ({submission}); this study needs it") from error
                runs.setdefault(setting, []).append(run)
        text = write_study(scratch, chosen, runs, range(num_seeds), pipeline.backbone)
    console.print(f"{chosen.title} ({pipeline.backbone}), {num_seeds} seed(s)\n{text}")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show a bar; the function it gives names the job that starts and counts the one before as done."""
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading", total=total)
        started = 0

        def advance(description: str) -> None:
            nonlocal started
            progress.update(task, description=description, completed=started)
            started += 1

        yield advance
