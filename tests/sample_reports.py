"""Reports made by hand: one with every status and hostile text in every field of the student's, one that is harmless."""

from dataclasses import replace
from pathlib import Path

from reelgrade.course.exercises import load_exercises
from reelgrade.given.records import History
from reelgrade.grading.catalogue import Check
from reelgrade.grading.errors import Place
from reelgrade.grading.judging import (
    BLOCKED,
    CRASHED,
    ERROR,
    FAILED,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    CheckResult,
)
from reelgrade.grading.printable import printable
from reelgrade.grading.provenance import Environment, Isolation, Notice, Provenance, TakenFile
from reelgrade.grading.report import ExerciseReport, Report, Training

AUTOGRADER = Path(__file__).resolve().parents[1] / "autograder"

SCRIPT = "<script>alert(1)</script></pre></code></td></details><img src=x onerror=alert(1)>"
IMAGE = "![x](http://e) [y](javascript:alert(1)) http://evil.example www.evil.example a@evil.example"
MENTION = "@everyone #12 `code` ``` | ||\\| *bold* _it_ ~~no~~ $x$ &lt; &amp;"
FORMULA = '=HYPERLINK("http://e","x")'
CONTROL = printable("red \x1b[31m, NUL \x00, override \u202e, lone \ud800, bell \x07")
LONG = printable("x" * 10_000, 20_000)
WORDS = "emoji 🎬👍🏽, شخصيات, 情节, ﷽, Z̸̨̛̛͚̲̈́̾͝a̴l̵̡̛g̶o"


def check(exercise: str, name: str, hole: str, points: float, title: str, requires: tuple[str, ...] = ()) -> Check:
    return Check(f"{exercise}.{name}", exercise, hole, points, title, requires)


def provenance(level: str = "landlock", of_record: bool = True) -> Provenance:
    files = (TakenFile("data.py", 2048, "a" * 64), TakenFile("simple_nn.py", 4096, "b" * 64))
    missing = ("bwrap: the program is not installed",)
    return Provenance(
        "2026-11-02T09:30:00Z",
        "1.2.0",
        "0123456789abcdef0123456789abcdef01234567",
        files,
        "c" * 64,
        "spring-2026",
        Environment("3.11.7", "2.13.0+cpu", "linux-x86_64"),
        Isolation(level, missing, 10.0, 120.0, 4096),
        () if of_record else ("the hidden checks were not there",),
    )


def exercise_report(name: str, results: tuple[CheckResult, ...], most: float) -> ExerciseReport:
    exercise = load_exercises(AUTOGRADER)[name]
    return ExerciseReport(exercise, sum(result.points for result in results), most, results)


def training() -> Training:
    history = History(
        [1.09, 1.02, 0.9, 0.71, 0.5, 0.36], [1.1, 1.04, 0.95, 0.84, 0.8, 0.83], [0.36, 0.5, 0.6, 0.72, 0.83, 0.9],
        [0.34, 0.45, 0.55, 0.64, 0.7, 0.69],
    )  # fmt: skip
    return Training("training", history, ((30, 5, 9), (4, 33, 7), (8, 6, 30)))


def hostile_training() -> Training:
    inf, nan = float("inf"), float("nan")
    return Training("finetuning", History([1.0, nan, 1e308] * 400, [nan, 0.9, -inf, 0.8], [], [0.5]), ((1, 2), (3,)))


def data_results(text: str) -> tuple[CheckResult, ...]:
    reads = check("data", "load_reviews_reads_every_row_in_order", "load_reviews", 0.5, "Every row comes in order.")
    counts = check("data", "label_counts_counts_every_aspect", "label_counts", 1.0, "Every aspect has its count.")
    return (
        CheckResult(reads, PASSED, 0.5, seconds=0.125),
        CheckResult(
            counts,
            FAILED,
            message="Every aspect has its count.",
            call=f"label_counts({text})",
            got=text,
            expected="{'Cinematography': 2, 'Characters': 0, 'Story': 1}",
            notes=(f"first difference: {text}", "looks like absent aspects are left out"),
            printed=(text, FORMULA),
            printed_more=True,
            hint=True,
            seconds=0.25,
        ),
    )


def hostile_report() -> Report:
    """Every status, and text in every field that a student controls."""
    pads = check("batching", "pad_cuts_the_tail", "pad", 1.0, "What is too long loses its tail.")
    ends = check("batching", "pad_leaves_its_input_alone", "pad", 1.0, "The list that came in stays as it was.")
    loads = check("vocab", "build_vocab_puts_padding_first", "build_vocab", 1.0, "PAD and UNK come first.")
    encodes = check("vocab", "encode_maps_unknown_words", "encode", 2.0, "Unknown words become UNK.")
    epoch = check("training", "train_epoch_clears_old_gradients", "train_epoch", 2.0, "Gradients are cleared.")
    learns = check("training", "fit_learns", "fit", 4.0, "The network learns.", ("train_epoch", "fit"))
    mean = check("simple_nn", "mean_pool_ignores_padding", "mean_pool", 1.0, "Padding must not count.")
    shape = check("simple_nn", "simple_nn_gives_logits", "SimpleNN", 1.0, "One row of logits a text.")
    macro = check("metrics", "per_class_recall_is_a_share", "per_class_recall", 1.0, "Recall is a share.")
    ratio = check("extensions", "warmup_decay_starts_at_zero", "warmup_decay", 2.0, "The schedule starts at 0.")
    broken = f"line 3 cannot be read: {MENTION}"
    exercises = (
        exercise_report("data", data_results(SCRIPT), 6.0),
        exercise_report("tokenization", (), 8.0),
        exercise_report(
            "vocab",
            (
                CheckResult(loads, FAILED, message=broken, broken_module=True),
                CheckResult(encodes, FAILED, message=broken, broken_module=True),
            ),
            12.0,
        ),
        exercise_report(
            "batching",
            (
                CheckResult(pads, TIMEOUT, message="pad took longer than 10 s", call=f"pad({LONG})", seconds=10.0),
                CheckResult(ends, CRASHED, message=f"pad: {CONTROL}", printed=(IMAGE, WORDS), seconds=0.5),
            ),
            12.0,
        ),
        exercise_report(
            "simple_nn",
            (
                CheckResult(
                    mean,
                    FAILED,
                    message=f"::error::{IMAGE} ##[add-mask]x (simple_nn.py, line 41, in mean_pool)",
                    call=f"mean_pool({MENTION})",
                    notes=(WORDS, LONG),
                    place=Place("simple_nn.py", 41, "mean_pool"),
                    hint=True,
                    seconds=0.02,
                ),
                CheckResult(shape, NOT_STARTED, message=f"{printable(SCRIPT, 60)} is not started"),
            ),
            14.0,
        ),
        exercise_report(
            "training",
            (
                CheckResult(epoch, FAILED, message=FORMULA, got=FORMULA, expected="0.62", hint=True),
                CheckResult(learns, BLOCKED, message="waits until train_epoch passes its other checks"),
            ),
            16.0,
        ),
        exercise_report("metrics", (CheckResult(macro, ERROR, message=f"the grader failed: {SCRIPT}"),), 6.0),
        exercise_report("extensions", (CheckResult(ratio, PASSED, 2.0, seconds=0.001),), 20.0),
    )
    notices = (
        Notice("ignored", f"{SCRIPT}.py", "not on the list of files"),
        Notice("link", IMAGE, "left aside"),
        Notice("protected_file_changed", "conftest.py", "ignored"),
        Notice("secret", "", "the course has no secret"),
    )
    return Report(
        f"@alice {SCRIPT}",
        exercises,
        137,
        46,
        True,
        provenance(),
        notices,
        (training(), hostile_training()),
        (f"a hidden check of pad: {IMAGE}",),
    )


def made_final(report: Report) -> Report:
    """The same had the grader done its part: nothing ended by a fault of its own, but it is not of record either."""
    exercises = (
        replace(one, results=tuple(result for result in one.results if result.status != ERROR))
        for one in report.exercises
    )
    made = report.provenance and replace(report.provenance, against_record=("only a part of the checks was run",))
    return replace(report, exercises=tuple(exercises), faults=(), provenance=made)


def hostile_final_report() -> Report:
    """Text that students control in every field, in a report that counts."""
    return made_final(hostile_report())


def harmless_report(text: str = "x") -> Report:
    """The same fields as the hostile one has, each holding `text`."""
    made = check("batching", "pad_cuts_the_tail", "pad", 1.0, "What is too long loses its tail.")
    loads = check("vocab", "build_vocab_puts_padding_first", "build_vocab", 1.0, "PAD and UNK come first.")
    place = Place(text, 3, text)
    results = (CheckResult(made, CRASHED, 0.0, text, text, text, text, (text,), (text,), True, place, True),)
    return Report(
        text,
        (
            exercise_report("data", data_results(text), 6.0),
            exercise_report("vocab", (CheckResult(loads, NOT_STARTED, message=text),), 12.0),
            exercise_report("batching", results, 12.0),
        ),
        137,
        46,
        False,
        provenance("process", False),
        (Notice("ignored", text, text),),
        (),
        (text,),
    )


def good_report() -> Report:
    """A finished submission without a mistake, of record."""
    results = data_results("x")[:1]
    return Report(
        "alice",
        (exercise_report("data", results, 0.5), exercise_report("extensions", (), 20.0)),
        1,
        1,
        True,
        provenance(),
        trainings=(training(),),
    )


def empty_report() -> Report:
    """Nothing was selected, and there is nothing to be had."""
    return Report("alice", (exercise_report("data", (), 0.0),), 0, 0, False)
