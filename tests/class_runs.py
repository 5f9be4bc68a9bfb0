"""Run `reelgrade class` as its user does, and read what its journal says."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing
from pathlib import Path

from warm import reelgrade

REPOSITORY = Path(__file__).resolve().parents[1]
STUBS, SOLUTIONS = REPOSITORY / "exercises", REPOSITORY / "solutions"
TIMES = {"seconds", "at"}  # of a report, which differ from run to run


def command(submissions, out, *options):
    return [sys.executable, "-m", "reelgrade", "class", submissions, "--out", out, *options]


def run(submissions, out, *options):
    return reelgrade("class", submissions, "--out", out, *options)


def start(submissions, out, *options):
    """Start a run in a session of its own, so that all of its processes can be killed together."""
    return subprocess.Popen(
        command(submissions, out, *options),
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def hand_in(folder, student, **modules):
    """Make a folder of a student: stubs, but for the modules whose text is given."""
    target = folder / student
    shutil.copytree(STUBS, target, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in modules.items():
        (target / f"{name}.py").write_text(text, encoding="utf-8")
    return target


def zipped(folder, student, source):
    with zipfile.ZipFile(folder / f"{student}.zip", "w") as archive:
        for path in sorted(source.glob("*.py")):
            archive.write(path, path.name)


def timeless(report):
    """Take everything out of a report that a clock has said."""
    if isinstance(report, dict):
        return {name: timeless(value) for name, value in report.items() if name not in TIMES}
    return [timeless(value) for value in report] if isinstance(report, list) else report


def rows(out):
    """Give what the journal says of each submission in the last round, without times."""
    with closing(sqlite3.connect(out / "journal.sqlite")) as database:
        database.row_factory = sqlite3.Row
        found = database.execute(
            "SELECT * FROM work WHERE round = (SELECT max(number) FROM rounds) ORDER BY student, attempt"
        ).fetchall()
    return [
        {name: row[name] for name in row.keys() if name not in ("seconds", "report", "tries")}  # noqa: SIM118
        | {"report": timeless(json.loads(row["report"])) if row["report"] else None}
        for row in found
    ]


def states(out):
    """Count the submissions in each state; nothing where there is no journal yet."""
    try:
        with closing(sqlite3.connect(f"file:{out / 'journal.sqlite'}?mode=ro", uri=True)) as database:
            return dict(database.execute("SELECT state, count(*) FROM work GROUP BY state").fetchall())
    except sqlite3.OperationalError:
        return {}


def wait_for(found, seconds=120):
    """Wait until a function gives something true, and give that."""
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
    return value


def end_with(process, number=signal.SIGKILL):
    """End a process and wait for it."""
    process.send_signal(number)
    return process.communicate(timeout=60)
