"""The pytest side: runs each check as the runner does, and prints points and feedback instead of tracebacks."""

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from reelgrade.course.folders import checked_submission
from reelgrade.errors import UserError
from reelgrade.grading.catalogue import Check, read_checks, read_hidden
from reelgrade.grading.judging import (
    BLOCKED,
    CRASHED,
    ERROR,
    FAILED,
    NOT_STARTED,
    PASSED,
    TIMEOUT,
    CheckResult,
    Ledger,
)
from reelgrade.grading.limits import limits_with
from reelgrade.grading.report import block, feedback, make_report, next_step, scoreboard
from reelgrade.grading.runner import Bench, run_check, unconfined
from reelgrade.grading.state import LAST_WORDS, pause_time_limit

LETTERS = {PASSED: ".", FAILED: "x", NOT_STARTED: "-", BLOCKED: "b", TIMEOUT: "t", CRASHED: "c", ERROR: "E"}
COLOURS = dict.fromkeys(LETTERS, "red") | {PASSED: "green", NOT_STARTED: "yellow", BLOCKED: "yellow"}


RESULT = pytest.StashKey[CheckResult]()


class CheckFailed(Exception):  # its name is what students see
    """A check that did not earn all of its points."""


class GradingPlugin:
    """Registered by autograder/conftest.py for one pytest session."""

    def __init__(self, config: pytest.Config, autograder: Path) -> None:
        self.config = config
        self.autograder = autograder
        self.folder = _submission_folder(config, autograder)
        try:
            limits = limits_with(config.getoption("--check-timeout", default=None))
        except UserError as error:
            raise pytest.UsageError(str(error)) from error
        self.bench = Bench(autograder, self.folder, on_swallowed=self._print_and_flush, limits=limits)
        self.checks = {check.id: check for check in read_checks(autograder)}
        self.hidden = {check.id: check for check in read_hidden(autograder)}
        self.ledger = Ledger()
        LAST_WORDS.file = os.dup(2)  # capturing is suspended here
        self.reporter: Any = None
        _silence_tracebacks(config, autograder)

    @pytest.fixture
    def submission(self) -> None:
        """Stand for the seam: the runner makes it when the check runs."""

    @pytest.fixture
    def judged(self) -> None:
        """Stand for the data of the accuracy checks."""

    @pytest.fixture
    def draw(self) -> None:
        """Stand for the random numbers of a hidden check."""

    def _check(self, item: pytest.Item) -> Check | None:
        folder = item.path.resolve().parent
        if folder not in (self.autograder, self.autograder / "hidden"):
            return None
        checks = self.checks if folder == self.autograder else self.hidden
        return checks.get(f"{item.path.stem.removeprefix('test_')}.{item.name.removeprefix('test_')}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put exercises in course order, accuracy checks after the others, hidden ones last."""
        order = {check: index for index, check in enumerate([*self.checks, *self.hidden])}

        def place(item: pytest.Item) -> tuple[bool, bool, int]:
            check = self._check(item)
            if check is None:
                return False, False, -1
            return bool(check.confirms), bool(check.requires), order[check.id]

        items.sort(key=place)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a check by the runner; what did not earn all points fails."""
        check = self._check(pyfuncitem)
        if check is None:
            return None
        if check.confirms and not self.ledger.has_to_confirm(check):
            pytest.skip("nothing to confirm")
        result = self.ledger.verdict_without_running(check) or run_check(self.bench, check, pyfuncitem.obj)
        if check.confirms:
            self.ledger.cancel(result)
            message = f"a hidden check of {check.hole}"  # no inputs, no values
            result = CheckResult(check, result.status, message=message, seconds=result.seconds)
        else:
            self.ledger.add(result)
            result = self.ledger.results[check.id]
        pyfuncitem.stash[RESULT] = result
        if result.status != PASSED:
            raise CheckFailed("\n".join(block(result)))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show the feedback in place of the traceback."""
        report = yield
        result = item.stash.get(RESULT, None)
        if result is not None and report.when == "call":
            vars(report)["check_status"] = result.status
        if result is not None and report.when == "call" and report.failed:
            report.longrepr = "\n".join(block(result))
        elif report.failed:
            item.config.option.tbstyle = "short"  # not a check's verdict: somebody has to see it
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show why a suite cannot be collected."""
        if report.failed and self.config.option.tbstyle == "no":
            self.config.option.tbstyle = "short"

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> Any:
        """Give each outcome its letter."""
        status = vars(report).get("check_status")
        if status is None:
            return None
        return "passed" if status == PASSED else "failed", LETTERS[status], (status.upper(), {COLOURS[status]: True})

    def pytest_enter_pdb(self, pdb: Any) -> None:
        """Let a breakpoint in student code use the terminal, for as long as it takes."""
        pause_time_limit()
        sys.stdout = pdb.stdout = sys.__stdout__

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print feedback and the scoreboard."""
        if self.ledger.results:
            self._print(terminalreporter)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep the reporter for the case that a check never ends."""
        self.reporter = session.config.pluginmanager.get_plugin("terminalreporter")

    def _print(self, reporter: Any) -> None:
        report = make_report(self.autograder, self.folder, self.ledger.results.values())
        reporter.ensure_newline()
        reporter.write_sep("=", "feedback and points")
        for line in feedback(report):
            reporter.write_line(line)
        for line, green in scoreboard(report):
            reporter.write_line(line, green=green)
        for line in next_step(report):
            reporter.write_line(line)
        for fault in self.ledger.faults:
            reporter.write_line(f"hidden check of {fault.check.hole}: {fault.message}", red=True)
        for line in unconfined(self.autograder):
            reporter.write_line(line)

    def _print_and_flush(self, check: Check) -> None:
        """Print what there is when student code has swallowed even the time limit."""
        capture = self.reporter.config.pluginmanager.get_plugin("capturemanager")
        if capture is not None:
            capture.suspend_global_capture(in_=True)
        self.ledger.add(CheckResult(check, TIMEOUT, message=f"{check.hole} never ends, and catches every interruption"))
        self._print(self.reporter)
        self.reporter._tw.flush()


def _submission_folder(config: pytest.Config, autograder: Path) -> Path:
    named = config.getoption("--submission", default=None)
    folder = (config.invocation_params.dir / named) if named else autograder.parent / "exercises"
    try:
        return checked_submission(folder)
    except UserError as error:
        raise pytest.UsageError(f"--submission {error}") from error


def _silence_tracebacks(config: pytest.Config, autograder: Path) -> None:
    """Leave out pytest's own failure sections, unless asked for, when nothing but the autograder runs."""
    chosen = [Path(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    if all(path == autograder or autograder in path.parents for path in chosen):
        if config.option.tbstyle == "auto":
            config.option.tbstyle = "no"
        if config.option.reportchars == "fE":
            config.option.reportchars = ""
