"""One submission's results as a frozen report, and the scoreboard that is written from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reelgrade.course.exercises import BONUS, Exercise, Hole, find_hole, load_exercises
from reelgrade.given.records import History
from reelgrade.grading.catalogue import load_totals
from reelgrade.grading.judging import ERROR, FAILED, NOT_STARTED, PASSED, CheckResult
from reelgrade.grading.provenance import Notice, Provenance

BAR_WIDTH = 16
MOST_BLOCKS = 6


@dataclass(frozen=True)
class ExerciseReport:
    """Results of one exercise; `max_points` counts what the autograder defines, also what was not selected."""

    exercise: Exercise
    points: float
    max_points: float
    results: tuple[CheckResult, ...]

    @property
    def problem(self) -> CheckResult | None:
        """The first check that did not pass, in the order of the file."""
        return next((result for result in self.results if result.status != PASSED), None)

    @property
    def status(self) -> str:
        """One word for the whole exercise: passed, not started, not selected, partial, or what its first problem is."""
        statuses = {result.status for result in self.results}
        if not statuses:
            return "not selected"
        if statuses == {PASSED}:
            return PASSED
        if statuses == {NOT_STARTED}:
            return NOT_STARTED
        problem = self.problem
        return "partial" if self.points > 0 or problem is None else problem.status


@dataclass(frozen=True)
class Training:
    """How the student's own model came along: the curves of one run, and what it makes of the public test split."""

    exercise: str
    history: History
    matrix: tuple[tuple[int, ...], ...]  # [num_classes, num_classes], rows true


@dataclass(frozen=True)
class Report:
    """What a submission earned; the denominators come from checks.toml, never from what was collected.

    `provenance`, `notices`, `trainings` and `faults` are there when `reelgrade grade` made it.
    """

    submission: str
    exercises: tuple[ExerciseReport, ...]
    num_checks: int
    num_hidden: int
    hidden_present: bool
    provenance: Provenance | None = None
    notices: tuple[Notice, ...] = ()
    trainings: tuple[Training, ...] = ()
    faults: tuple[str, ...] = ()  # hidden checks that the grader could not run, one line each

    @property
    def results(self) -> list[CheckResult]:
        """All results in course order."""
        return [result for exercise in self.exercises for result in exercise.results]

    @property
    def gradable(self) -> bool:
        """Whether the grader did its part: no check and no hidden check ended by a fault of its own."""
        return not self.faults and all(result.status != ERROR for result in self.results)

    def points(self, bonus: bool) -> tuple[float, float]:
        """Points earned and to be had, in the bonus exercise or in the others."""
        chosen = [report for report in self.exercises if (report.exercise.name == BONUS) == bonus]
        return sum(report.points for report in chosen), sum(report.max_points for report in chosen)

    def graded(self, bonus: bool) -> float:
        """Points to be had in those exercises of which checks were run, the bonus exercise or the others."""
        chosen = (report for report in self.exercises if (report.exercise.name == BONUS) == bonus)
        return sum(report.max_points for report in chosen if report.results)


def make_report(autograder: Path, submission: Path, results: Iterable[CheckResult]) -> Report:
    """Gather the results of visible checks into a report."""
    totals = load_totals(autograder)
    by_exercise: dict[str, list[CheckResult]] = {name: [] for name in load_exercises(autograder)}
    for result in results:
        by_exercise[result.check.exercise].append(result)
    return Report(
        submission.name,
        tuple(
            ExerciseReport(
                exercise,
                sum(result.points for result in by_exercise[name]),
                totals.points[name],
                tuple(by_exercise[name]),
            )
            for name, exercise in load_exercises(autograder).items()
        ),
        totals.num_checks,
        totals.num_hidden,
        any((autograder / "hidden").glob("test_*.py")),
    )


def scoreboard(report: Report) -> list[tuple[str, bool]]:
    """Write one line an exercise with a bar, the points and its first problem, then the sum.

    Beside each line stands whether it is that of a complete exercise.
    """
    lines = [(exercise_line(one), one.points == one.max_points) for one in report.exercises]
    return [*lines, ("", False), (_sum_line(report), False)]


def exercise_line(report: ExerciseReport) -> str:
    """Write one line of the scoreboard."""
    filled = int(BAR_WIDTH * report.points / report.max_points) if report.max_points else 0
    bar = "█" * filled + "░" * (BAR_WIDTH - filled)
    name = report.exercise.name + (" *" if report.exercise.name == BONUS else "")
    return f"{report.exercise.stage:>3} {name:<14} {bar} {report.points:>5g} / {report.max_points:<3g}  {_remark(report)}".rstrip()


def _remark(report: ExerciseReport) -> str:
    if not report.results:
        return "not selected"
    problem = report.problem
    if problem is None:
        return ""
    if all(result.status == NOT_STARTED for result in report.results):
        return "not started"
    if problem.status == FAILED and problem.message == problem.check.title:
        return f"{problem.check.hole}: {problem.message}"
    return problem.message


def _sum_line(report: Report) -> str:
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    passed = sum(result.status == PASSED for result in report.results)
    line = f"{points:g} of {most:g} points, {bonus:g} of {most_bonus:g} bonus * · {passed} of {report.num_checks} visible checks"
    if report.num_hidden and not report.hidden_present:
        line += f" · {report.num_hidden} hidden checks will confirm at grading"
    return line


def next_step(report: Report) -> list[str]:
    """Say the one thing to do next, or nothing when all is done."""
    problem = next((one.problem for one in report.exercises if one.problem is not None), None)
    if problem is None:
        return []
    if problem.broken_module:
        return [f"next: mend {report.submission}/{problem.check.exercise}.py, so that it can be loaded at all"]
    if problem.status == ERROR:
        return [f"next: tell your instructor: {problem.message}"]
    hole = find_hole({one.exercise.name: one.exercise for one in report.exercises}, problem.check.hole)
    if problem.status == NOT_STARTED and hole is not None:
        return [
            f"next: fill {hole.name} in {_file(report, hole)}, about {hole.minutes} minutes; reelgrade hint {hole.name}"
        ]
    return [
        f"next: mend {problem.check.hole} in {report.submission}/{problem.check.exercise}.py; reelgrade hint {problem.check.hole}"
    ]


def _file(report: Report, hole: Hole) -> str:
    return f"{report.submission}/{hole.exercise}.py"


def feedback(report: Report) -> list[str]:
    """Write what is wrong, check by check; a file that cannot be imported is told once."""
    blocks: list[list[str]] = []
    told: set[str] = set()
    for result in report.results:
        if result.is_full or result.status == NOT_STARTED or result.message in told:
            continue
        told.add(result.message)
        blocks.append(block(result))
    lines = [line for found in blocks[:MOST_BLOCKS] for line in [*found, ""]]
    hidden = len(blocks) - MOST_BLOCKS
    return lines + (
        [f"... and {hidden} more; pytest autograder/test_NAME.py shows those of one exercise", ""] if hidden > 0 else []
    )


def block(result: CheckResult) -> list[str]:
    """Write one result: its name and status, what the check says, and the feedback under it."""
    lines = [
        f"{result.check.id}: {result.status}, {result.points:g} of {result.check.points:g} points",
        f"  {result.message}",
    ]
    if result.message != result.check.title and result.detail:
        lines.append(f"  {result.check.title}")
    return lines + [f"  {line}" for line in result.detail]
