"""The `doctor` verb: findings one by one, or all of them as JSON."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from reelgrade.course.doctor.findings import Named

app = typer.Typer(rich_markup_mode="markdown")

STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


@app.command(
    epilog="Examples: `reelgrade doctor`; `reelgrade doctor --json > doctor.json` to send along with a question. "
    "Exit status: 0 no problem, 1 problems; warnings are none."
)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Write the findings as JSON.")] = False,
) -> None:
    """Look at the installation and the machine, and say what to do about what is not right."""
    from reelgrade.course.doctor.checkup import checkup, find_where
    from reelgrade.course.doctor.findings import PROBLEM
    from reelgrade.course.place import make_console

    with _waiting():
        findings = list(checkup(find_where()))
    if as_json:
        print(json.dumps({"findings": [one.as_json() for one in findings]}, indent=2))
    else:
        _show(findings, make_console())
    if any(one.finding.level == PROBLEM for one in findings):
        raise typer.Exit(1)


@contextmanager
def _waiting() -> Iterator[None]:
    """Turn a wheel on a terminal: importing torch for the first time takes long on some machines."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status("looking at the installation and the machine"):
        yield


def _show(findings: Iterable["Named"], console: "Console") -> None:
    findings = list(findings)
    for one in findings:
        found = one.finding
        console.print(f"{found.level:8}", style=STYLES[found.level], end="")
        console.print(f" {one.name}: {found.text}")
        if found.remedy:
            console.print(f"         -> {found.remedy}")
    levels = [one.finding.level for one in findings]
    console.print(f"{levels.count('problem')} problems, {levels.count('warning')} warnings")
