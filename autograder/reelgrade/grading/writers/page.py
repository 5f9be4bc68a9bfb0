"""report.html: one page for people, complete in itself: no script, nothing loaded from elsewhere.

The template is report.html.j2, its style report.css. Every text is escaped by the template. Leaves out what nobody
reads: a check that passed is a line, and checks that are not started are counted by hole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import Template

from reelgrade.course.exercises import BONUS
from reelgrade.grading.judging import BLOCKED, NOT_STARTED, PASSED, CheckResult
from reelgrade.grading.report import ExerciseReport, Report, next_step
from reelgrade.grading.writers import words
from reelgrade.grading.writers.pictures import pictures
from reelgrade.grading.writers.templates import templates

MOST_NOTICES = 100


@dataclass
class Section:
    """The feedback of one exercise: what needs mending, what can be told in a line, what passed."""

    report: ExerciseReport
    problems: list[CheckResult] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    passed: list[CheckResult] = field(default_factory=list)

    @property
    def all_passed(self) -> bool:
        """Whether one line can tell it all."""
        return not self.problems and not self.waiting


def write(report: Report, remark: str = "") -> str:
    """Write a report as one HTML page; a remark, such as what lateness takes, stands under the points.

    >>> write(Report("<alice>", (), 0, 0, False)).count("&lt;alice&gt;") > 0
    True
    """
    (points, most), (bonus, most_bonus) = report.points(False), report.points(True)
    return _template().render(
        report=report,
        remark=remark,
        made=report.provenance,
        points=points,
        most=most,
        bonus=bonus,
        most_bonus=most_bonus,
        bonus_name=BONUS,
        of_record=words.is_of_record(report),
        doubts=words.doubts(report),
        sections=list(_sections(report)),
        steps=[step.removeprefix("next: ") for step in next_step(report)],
        drawn=[(training, pictures(training)) for training in report.trainings],
        titles={one.exercise.name: one.exercise.title for one in report.exercises},
        notices=report.notices[:MOST_NOTICES],
        words=words,
    )


def _template() -> Template:
    return templates("reelgrade.grading.writers").get_template("report.html.j2")


def _sections(report: Report) -> Iterator[Section]:
    telling = {result.check.id for result in words.to_tell(report)}
    for exercise in report.exercises:
        section = Section(exercise)
        for result in exercise.results:
            if result.status == PASSED:
                section.passed.append(result)
            elif result.check.id in telling:
                section.problems.append(result)
        section.waiting = list(_waiting(exercise, telling))
        if exercise.results:
            yield section


def _waiting(exercise: ExerciseReport, telling: set[str]) -> Iterator[str]:
    """Tell in a line each, by hole, of the checks that are not started, wait, or are of a file that cannot be loaded."""
    groups: dict[str, list[CheckResult]] = {}
    for result in exercise.results:
        if result.status != PASSED and result.check.id not in telling:
            groups.setdefault(_reason(result), []).append(result)
    for reason, results in groups.items():
        points = sum(result.check.points for result in results)
        checks = f"{len(results)} check" + "s" * (len(results) != 1)
        yield f"{reason} · {checks}, {points:g} point" + "s" * (points != 1)


def _reason(result: CheckResult) -> str:
    if result.status == NOT_STARTED:
        return result.message or f"{result.check.hole} is not started"
    if result.status == BLOCKED:
        return f"{result.check.hole} {result.message}"
    return "could not run, for the same reason"
