"""Pictures of the student's own training: one more run on public data, from which no unpublished text can leak."""

from typing import Any

from reelgrade.given.csvfile import read_rows
from reelgrade.given.records import History
from reelgrade.grading.errors import BrokenModule, Crashed, HoleError, NotStarted, TimeIsUp
from reelgrade.grading.judged import SEEDS, Judged, codes
from reelgrade.grading.judging import FAILED, PASSED, Ledger
from reelgrade.grading.report import Training
from reelgrade.grading.runner import Bench
from reelgrade.grading.seam import Seam
from reelgrade.grading.worker_holes import WorkerHoles

TASKS = {"training": ("show_baseline", "baseline"), "finetuning": ("show_finetuning", "texts")}
CURVES = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
MOST_EPOCHS, NUM_CLASSES = 200, 3


def watch_trainings(bench: Bench, holes: WorkerHoles, ledger: Ledger) -> tuple[Training, ...]:
    """Train once more where an accuracy check has run; what does not train gives no picture."""
    ran = {
        result.check.exercise
        for result in ledger.results.values()
        if result.check.requires and result.status in (PASSED, FAILED)
    }
    holes.end_worker()  # the next one has never seen the judged split
    found = [_watch(bench, holes, exercise) for exercise in TASKS if exercise in ran]
    return tuple(training for training in found if training is not None)


def _watch(bench: Bench, holes: WorkerHoles, exercise: str) -> Training | None:
    experiment, data = TASKS[exercise]
    rows = read_rows(bench.autograder.parent / "datasets" / "movie_aspects_test.csv")
    public = Judged(bench.autograder, "test", rows, SEEDS[:1])
    try:
        seam = Seam(holes.exchange(exercise, bench.limits.accuracy_seconds))
        return read_training(exercise, seam.run(experiment, **getattr(public, data)), codes(rows))
    except (BrokenModule, Crashed, HoleError, NotStarted, TimeIsUp):
        return None


def read_training(exercise: str, found: Any, labels: list[int]) -> Training | None:
    """Read curves and predictions that came from the student's process; None unless all of them make sense."""
    if not isinstance(found, dict) or not isinstance(found.get("curves"), dict):
        return None
    lists, predictions = [found["curves"].get(name) for name in CURVES], found.get("predictions")
    if not all(isinstance(one, list) and all(isinstance(value, float) for value in one) for one in lists):
        return None
    if not isinstance(predictions, list) or len(predictions) != len(labels):
        return None
    if not all(type(one) is int and 0 <= one < NUM_CLASSES for one in predictions):
        return None
    matrix = [[0] * NUM_CLASSES for _ in range(NUM_CLASSES)]
    for label, prediction in zip(labels, predictions, strict=True):
        matrix[label][prediction] += 1
    history = History(*(one[:MOST_EPOCHS] for one in lists if one is not None))
    return Training(exercise, history, tuple(map(tuple, matrix)))
