"""What students write in good faith gives the same in and outside of the sandbox, but for a documented list.

All patterns of honest_patterns.py run in one worker a level; what they give in a plain process is asked of another one.
"""

import json
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import honest_patterns
from reelgrade.grading.hole_sources import FolderHoles
from reelgrade.grading.libraries import libraries_of
from reelgrade.grading.limits import Limits
from reelgrade.grading.sandbox import Zygote, make_workplace
from reelgrade.grading.seam import Seam
from reelgrade.grading.worker import REFUSED
from reelgrade.grading.worker_holes import WorkerHoles
from reelgrade.grading.workers import SandboxError
from sampling import chosen, is_whole

REPOSITORY = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.sampled("attacks")
SECONDS = 60.0
ALL = honest_patterns.names()
NAMES = chosen(ALL, 70, "attacks")
SLOW = {"torch_compiles": "[2.0, 2.0]"}  # starts a compiler where it may, for 20 s; what it gives there
SILENT = {"shell_command"}  # gives a status in place of an error


def outcomes(holes, names):
    """Ask for each pattern; what each gives, or the error that it ends with."""
    found = {}
    for name in names:
        holes.prepare("comparison", SECONDS)
        try:
            found[name] = repr(Seam(holes.exchange("comparison", SECONDS)).pattern(name))
        except Exception as error:
            found[name] = f"{type(error).__name__}: {error}"
    return found


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Run all patterns in a process that nothing confines, the way `pytest autograder` runs them."""
    folder, here = tmp_path_factory.mktemp("submission"), tmp_path_factory.mktemp("here")
    shutil.copy(honest_patterns.__file__, folder / "comparison.py")
    known = {} if is_whole("attacks") else SLOW
    command = [sys.executable, __file__, str(folder), json.dumps([name for name in NAMES if name not in known])]
    ended = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout) | known


@pytest.fixture(scope="module", params=["landlock", pytest.param("bwrap", marks=pytest.mark.part("attacks"))])
def confined(request):
    """Run all patterns in a worker."""
    with make_workplace() as place:
        try:
            zygote = Zygote(request.param, REPOSITORY, place, Limits(), libraries_of(["comparison"]))
        except SandboxError as error:
            pytest.skip(f"{request.param} is not available here: {error}")
        shutil.copy(honest_patterns.__file__, place.submission / "comparison.py")
        with closing(WorkerHoles(lambda: zygote, place.submission, {})) as holes:
            yield outcomes(holes, NAMES)


def documented(names=NAMES):
    """Return those of the patterns that are in the table of the threat model."""
    text = (REPOSITORY / "docs" / "threat-model.md").read_text(encoding="utf-8")
    section = text.split("\n## What honest code cannot do in a worker\n")[1].split("\n## ")[0]
    found = {
        name
        for row in re.findall(r"^\| .+ \|$", section, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row.split("|")[-2])
    }
    assert found <= set(ALL)
    return found & set(names)


def test_there_are_many_patterns():
    assert len(ALL) >= 150


def test_every_pattern_works_in_a_plain_process(plain):
    assert {name: said for name, said in plain.items() if re.match(r"\w+(Error|Crashed)\b", said)} == {}


def test_what_differs_in_the_sandbox_is_the_documented_list(plain, confined):
    differing = {name: (plain[name], confined[name]) for name in NAMES if plain[name] != confined[name]}
    assert differing.keys() == documented(), {name: differing.get(name) for name in differing.keys() ^ documented()}


def test_the_message_says_that_the_sandbox_refused_it(confined):
    told = {name: confined[name] for name in documented() - SILENT}
    assert {name: said for name, said in told.items() if REFUSED not in said.splitlines()[0]} == {}


def main():
    holes = FolderHoles(Path(sys.argv[1]), {})
    print(json.dumps(outcomes(holes, json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
