"""Same code, same points: what `reelgrade grade` gives in the sandbox is what `pytest autograder` gives."""

import importlib.util
import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reelgrade.grading.catalogue import load_signatures
from reelgrade.grading.hole_sources import NamespaceHoles
from reelgrade.grading.runner import Bench, run_checks

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE, SEED = 20, 4
ENVIRONMENT = {**os.environ, "REELGRADE_SECRET": "of these tests"}


def load(name):
    spec = importlib.util.spec_from_file_location(f"parity_{name}", REPOSITORY / "tests" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def variants():
    """Every mutant and every alternative, as (name, file, source)."""
    mutants, alternatives = load("mutants"), load("alternatives")
    solution = {path.name: path.read_text(encoding="utf-8") for path in (REPOSITORY / "solutions").glob("*.py")}
    return (
        [(one.name, one.file, mutants.mutate(one, solution[one.file])) for one in mutants.MUTANTS],
        [(one.name, one.file, alternatives.replace_hole(one, solution[one.file])) for one in alternatives.ALTERNATIVES],
    )


def jobs_of(chosen, folder):
    jobs = []
    for number, (_, file, source) in enumerate(chosen):
        submission = folder / str(number)
        submission.mkdir()
        (submission / file).write_text(source, encoding="utf-8")
        jobs.append({"source": str(submission), "exercises": [file.removesuffix(".py")]})
    return jobs


def run(script, jobs):
    command = [sys.executable, str(REPOSITORY / "tests" / script)]
    ended = subprocess.run(
        command, input=json.dumps(jobs), env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return json.loads(ended.stdout.splitlines()[-1])


def by_check(graded):
    checks = (check for exercise in graded["report"]["exercises"] for check in exercise["checks"])
    return {check["id"]: check["points"] for check in checks}


def compare(chosen, folder):
    jobs = jobs_of(chosen, folder)
    in_sandbox, by_pytest = map(by_check, run("grade_many.py", jobs)), run("pytest_many.py", jobs)
    pairs = zip(chosen, in_sandbox, by_pytest, strict=True)
    differing = [(name, file) for (name, file, _), one, other in pairs if one != other or not one]
    assert differing == []


def test_a_sample_of_mutants_and_alternatives_gets_the_same_points(tmp_path):
    wrong, right = variants()
    draw = random.Random(SEED)
    compare([*draw.sample(wrong, SAMPLE), *draw.sample(right, SAMPLE)], tmp_path)


@pytest.mark.slow
def test_all_mutants_and_alternatives_get_the_same_points(tmp_path):
    wrong, right = variants()
    compare([*wrong, *right], tmp_path)


@pytest.mark.parametrize(("folder", "sum_line"), [("solutions", "100 of 100"), ("exercises", "0 of 100")])
def test_solutions_and_stubs_get_the_same_points_on_the_command_line(folder, sum_line):
    grade = [sys.executable, "-m", "reelgrade", "grade", folder, "--format", "json"]
    graded = subprocess.run(grade, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    report = json.loads(graded.stdout)
    pytested = [sys.executable, "-m", "pytest", "autograder", "--submission", folder, "-p", "no:cacheprovider"]
    shown = subprocess.run(
        pytested, cwd=REPOSITORY, env=ENVIRONMENT, capture_output=True, text=True, check=False
    ).stdout
    assert sum_line in shown
    for exercise in report["exercises"]:
        line = next(line for line in shown.splitlines() if re.match(rf" *\d+ {exercise['id']}\b", line))
        points = re.search(r"([\d.]+) / ", line)
        assert float(points[1]) == exercise["points"], line
    assert report["grader"]["score_of_record"]


def test_the_suites_run_unchanged_against_a_namespace():
    namespace = {}
    source = (REPOSITORY / "solutions" / "vocab.py").read_text(encoding="utf-8")
    exec(compile(source, "notebook", "exec"), namespace)
    autograder = REPOSITORY / "autograder"
    holes = NamespaceHoles(namespace, "notebook", load_signatures(autograder))
    ledger = run_checks(Bench(autograder, REPOSITORY / "solutions", holes=holes), ["vocab"])
    assert sum(result.points for result in ledger.results.values()) == 12
    del namespace["encode"]
    ledger = run_checks(Bench(autograder, REPOSITORY / "solutions", holes=holes), ["vocab"], hidden=False)
    lost = {result.check.hole for result in ledger.results.values() if result.status != "passed"}
    assert lost == {"encode", "encode_splits"}
