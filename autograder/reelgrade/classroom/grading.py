"""Grade a folder of submissions into a folder of results: plan with the journal, work on a pool, gather the entries."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelgrade.classroom.engine import Done, Engine, Work
from reelgrade.classroom.entries import Entry
from reelgrade.classroom.journal import Item, Journal, open_journal
from reelgrade.classroom.pools import LocalPool, Pool
from reelgrade.classroom.submissions import Submission, find_submissions
from reelgrade.classroom.work import Outcome, Task, facts, hash_of
from reelgrade.errors import UserError
from reelgrade.grading.grade import Options
from reelgrade.grading.intake import Taken, read
from reelgrade.grading.scratch import remove_tree
from reelgrade.grading.sources.entries import shown_name

MOST_NAMED = 5
SCRATCH = "reelgrade-class-"


@dataclass(frozen=True)
class Plan:
    """How to grade a class."""

    submissions: Path
    out: Path
    course: Path
    options: Options
    jobs: int = 2
    dask: str = ""  # `local`, or the address of a scheduler
    regrade: bool = False


@dataclass(frozen=True)
class Progress:
    """What a progress bar needs to know after each step."""

    todo: int
    finished: int
    entry: Entry | None = None


@dataclass
class ClassRun:
    """One run over a class; `entries` can be asked for when it is over."""

    plan: Plan
    journal: Journal
    items: dict[tuple[str, int], tuple[Item, Submission]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> list[tuple[Item, int]]:
        """Look at every submission and enter it into the journal; gives what is to be graded."""
        self.facts = facts(self.plan.course)
        rules = hash_of([*self.facts.items(), *_choices(self.plan.options)])
        for submission in find_submissions(self.plan.submissions):
            item = self._item(submission, rules)
            self.items[item.student, item.attempt] = (item, submission)
        every = [item for item, _ in self.items.values()]
        self.journal.begin(every, self.plan.regrade)
        self._verify_rules(every)
        return self.journal.plan(every)

    def _item(self, submission: Submission, rules: str) -> Item:
        files, _ = self._look(submission)
        source = submission.shown
        return Item(submission.student, submission.attempt, source, submission.handed_in, files, rules)

    def _look(self, submission: Submission) -> tuple[str, Taken | UserError]:
        """Read a submission; gives also the hash of what was taken of it, or of the reason why nothing was."""
        try:
            taken = self._read(submission)
        except UserError as error:
            return hash_of([str(error)]), error
        return hash_of(taken.modules.items()), taken

    def _verify_rules(self, items: list[Item]) -> None:
        others = self.journal.judged_otherwise(items)
        if others:
            names = ", ".join(others[:MOST_NAMED]) + ", ..." * (len(others) > MOST_NAMED)
            raise UserError(
                f"{self.plan.out}: {len(others)} are graded there with other checks, options or versions ({names}); "
                "add --regrade to grade all again and see the differences, or choose another --out"
            )

    def _read(self, submission: Submission) -> Taken:
        if submission.problem:
            raise UserError(submission.problem)
        try:
            return replace(read(submission.source, self.plan.course), name=submission.student)
        except UserError as error:  # students read it, and need no path of this machine
            raise UserError(str(error).replace(shown_name(str(submission.source)), submission.shown)) from error

    def grade(self, todo: list[tuple[Item, int]], pool: Pool) -> Iterator[Progress]:
        """Grade what is to be graded; each result is in the journal before it is told."""
        engine, finished = Engine(pool, self._task), 0
        yield Progress(len(todo), 0)
        for done in engine.run(Work(item, tries) for item, tries in todo):
            item: Item = done.work.item
            if not done.final:
                self.journal.died(item)
                continue
            entry = _entry(item, done)
            self.journal.finish(item, entry)
            finished += 1
            yield Progress(len(todo), finished, entry)

    def _task(self, item: Item) -> Task | Outcome:
        files, taken = self._look(self.items[item.student, item.attempt][1])  # it may have changed since
        self.journal.claim(item, files)
        if isinstance(taken, UserError):
            return Outcome(problem=str(taken))
        options = self.plan.options
        return Task(taken, options, self.facts, str(self.plan.course), options.exercises)

    def modules_of(self, entry: Entry) -> dict[str, bytes]:
        """Read the modules of a submission once more; UserError where they are no longer what was graded."""
        modules = self._read(self.items[entry.student, entry.attempt][1]).modules
        if hash_of(modules.items()) != self.journal.files_of(entry):
            raise UserError(f"{entry.source} has changed since it was graded; run the same command again")
        return modules

    def entries(self) -> Iterator[Entry]:
        """Give what became of every submission that is there now."""
        return self.journal.entries(item for item, _ in self.items.values())


def _choices(options: Options) -> list[tuple[str, str]]:
    """List the options that verdicts depend on."""
    return [
        ("exercises", ",".join(options.exercises)),
        ("accuracy", str(options.accuracy)),
        ("limits", str(options.limits)),
    ]


def _entry(item: Item, done: Done) -> Entry:
    tries = done.work.tries + (done.outcome.report is not None and not done.outcome.problem)
    return Entry(
        item.student,
        item.source,
        item.attempt,
        item.handed_in,
        status=done.status,
        report=done.outcome.report,
        problem=done.outcome.problem,
        tries=tries,
        seconds=round(done.outcome.seconds, 3),
    )


@contextmanager
def open_run(plan: Plan) -> Iterator[ClassRun]:
    """Open the results of a class for one run; UserError where they would be taken for a submission."""
    if plan.out.resolve().is_relative_to(plan.submissions.resolve()):
        raise UserError(f"{plan.out}: lies among the submissions, and would be taken for one; choose another --out")
    with open_journal(plan.out) as journal:
        yield ClassRun(plan, journal)


@contextmanager
def open_pool(plan: Plan, journal: Journal) -> Iterator[Pool]:
    """Start the processes that grade; their temporary files go when it is over, or with the next run after a crash."""
    with _scratch(journal) as scratch, pool_in(plan, scratch) as pool:
        yield pool


@contextmanager
def temporary_pool(plan: Plan) -> Iterator[Pool]:
    """Start the processes that grade, without a journal."""
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, pool_in(plan, Path(scratch)) as pool:
        yield pool


@contextmanager
def pool_in(plan: Plan, scratch: Path) -> Iterator[Pool]:
    """Start the processes that grade, with a folder for their temporary files."""
    with ExitStack() as stack:
        if plan.dask:
            from reelgrade.classroom.dask_pool import DaskPool

            pool: Pool = DaskPool(plan.dask, plan.jobs, scratch, plan.course, plan.options)
        else:
            pool = LocalPool(plan.jobs, scratch, plan.course, plan.options)
        stack.callback(pool.close)
        yield pool


@contextmanager
def _scratch(journal: Journal) -> Iterator[Path]:
    left = Path(journal.noted("scratch"))
    if left.name.startswith(SCRATCH):
        remove_tree(left)
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH))
    journal.note("scratch", str(folder))
    try:
        yield folder
    finally:
        remove_tree(folder)
        with suppress(UserError):
            journal.note("scratch", "")
