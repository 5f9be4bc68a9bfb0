"""Run `pytest autograder` on many submissions in one process, for the tests: points by check, as students get them.

Reads jobs as grade_many.py does, and writes `{check id: points}` for each of them as a JSON list on its last line.
"""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


class Keeper:
    """A plugin that keeps the ledger of the session it sees."""

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self.results = config.pluginmanager.get_plugin("reelgrade").ledger.results


def points(job: dict[str, object]) -> dict[str, float]:
    autograder = REPOSITORY / "autograder"
    suites = [
        str(folder / f"test_{name}.py") for folder in (autograder, autograder / "hidden") for name in job["exercises"]
    ]
    choice = [] if job.get("accuracy", False) else ["-m", "not accuracy"]
    keeper = Keeper()
    with redirect_stdout(StringIO()):
        pytest.main([*suites, *choice, "--submission", job["source"], "-p", "no:cacheprovider"], [keeper])
    return {name: result.points for name, result in keeper.results.items()}


def main() -> None:
    found = [points(job) for job in json.load(sys.stdin)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
