"""Same code, same points: what `reelgrade grade` gives in the sandbox is what `pytest autograder` gives."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sampling
import warm
from reelgrade.grading.catalogue import load_signatures
from reelgrade.grading.hole_sources import NamespaceHoles
from reelgrade.grading.runner import Bench, run_checks

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE = 2
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
    draw = sampling.rng("parity")
    compare([*draw.sample(wrong, SAMPLE), *draw.sample(right, SAMPLE)], tmp_path)


@pytest.mark.part("variants")
def test_all_mutants_and_alternatives_get_the_same_points(tmp_path):
    wrong, right = variants()
    compare([*wrong, *right], tmp_path)


def shown_by_pytest(folder, *options):
    """Give the points of each exercise that `pytest autograder` shows, and all that it prints."""
    words = ("autograder", "--submission", folder, "-p", "no:cacheprovider", *options)
    shown = warm.run("pytest", *words, env=ENVIRONMENT).stdout
    found = re.findall(r"^ *\d+ (\w+).* ([\d.]+) / ", shown, re.MULTILINE)
    return {name: float(points) for name, points in found}, shown


def in_report(text):
    report = json.loads(text)
    assert report["grader"]["score_of_record"]
    return {exercise["id"].split(".")[-1]: exercise["points"] for exercise in report["exercises"]}


def test_untouched_stubs_get_nothing_on_either_command_line():
    graded = warm.reelgrade("grade", "exercises", "--format", "json", env=ENVIRONMENT)
    points, shown = shown_by_pytest("exercises")
    assert in_report(graded.stdout) == points
    assert "0 of 100" in shown


@pytest.mark.part("variants")
def test_solutions_get_the_same_points_on_both_command_lines(graded_solutions):
    points, shown = shown_by_pytest("solutions")
    assert in_report((graded_solutions / "out" / "report.json").read_text(encoding="utf-8")) == points
    assert "100 of 100" in shown


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
