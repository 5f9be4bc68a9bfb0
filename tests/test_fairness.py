"""Right code earns everything, wrong code loses points, and every check has a mistake that it is the first to find."""

import importlib.util
import json
import random
import sys
from collections import Counter

import pytest

from reelgrade.course.exercises import BONUS, load_exercises
from reelgrade.course.fairness import fairness_markdown, read_samples, samples_json
from reelgrade.course.folders import EXERCISES
from reelgrade.grading.catalogue import load_totals, read_checks, read_hidden
from reelgrade.grading.judged import Judged, codes
from reelgrade.grading.judging import NOT_STARTED, PASSED, PartialPoints
from reelgrade.grading.runner import Bench, run_checks
from sampling import chosen


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def corpus(repository):
    return load(repository / "tests" / "mutants.py"), load(repository / "tests" / "alternatives.py")


@pytest.fixture(scope="module")
def autograder(repository):
    return repository / "autograder"


def fast_results(autograder, folder, exercise):
    """Results of one suite without its accuracy check, for a folder with one module in it."""
    return list(run_checks(Bench(autograder, folder), [exercise], accuracy=False, hidden=False).results.values())


def test_solutions_earn_every_point_and_no_hidden_check_cancels_one(graded_solutions):
    report = json.loads((graded_solutions / "out" / "report.json").read_text(encoding="utf-8"))
    checks = [check for exercise in report["exercises"] for check in exercise["checks"]]
    assert [(check["id"], check["message"]) for check in checks if check["status"] != PASSED] == []
    assert report["gradable"]
    points = Counter()
    for exercise in report["exercises"]:
        points[exercise["id"] == BONUS] += exercise["points"]
    assert points == {False: 100, True: 20}


def test_predictions_for_another_order_or_for_one_class_are_worth_nothing(autograder):
    judged = Judged(autograder).worth(6.0)
    judged.in_order(random.Random("one submission"))
    replayed = [codes(judged._judged)] * len(judged.seeds)
    assert judged.award("training", replayed) is None  # all right, in this order
    judged.in_order(random.Random("another submission"))
    for predictions in (
        replayed,
        [[0] * len(replayed[0])] * len(judged.seeds),
        [],
        replayed[:1],
        None,
        [["0"] * 150] * 3,
    ):
        with pytest.raises(PartialPoints) as caught:
            judged.award("training", predictions)
        assert caught.value.share == 0


def test_stubs_earn_nothing_and_all_is_not_started(autograder, repository):
    results = run_checks(Bench(autograder, repository / "exercises")).results.values()
    assert {result.status for result in results} == {NOT_STARTED}
    assert sum(result.points for result in results) == 0


def test_points_add_up(autograder):
    totals = load_totals(autograder)
    assert sum(points for name, points in totals.points.items() if name != BONUS) == 100
    assert totals.points[BONUS] == 20
    assert sum(check.points for check in read_checks(autograder) if check.requires) <= 20
    assert tuple(load_exercises(autograder)) == EXERCISES


def test_the_corpus_is_large_enough(autograder, repository, corpus):
    mutants, alternatives = corpus
    holes = [(hole.name, name) for name, exercise in load_exercises(autograder).items() for hole in exercise.holes]
    wrong, right = Counter(), Counter(one.hole for one in alternatives.ALTERNATIVES)
    for mutant in mutants.MUTANTS:
        wrong[enclosing_hole(repository / "solutions" / mutant.file, mutant.old)] += 1
    assert len(mutants.MUTANTS) >= 120
    assert len(alternatives.ALTERNATIVES) >= 75
    assert [hole for hole, _ in holes if wrong[hole] < 3 or right[hole] < 2] == []


def enclosing_hole(path, text):
    import ast

    source = path.read_text(encoding="utf-8")
    line = source[: source.index(text)].count("\n") + 1 + text.startswith("\n")
    definitions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return max((node for node in definitions if node.lineno <= line), key=lambda node: node.lineno).name


@pytest.mark.sampled("variants")
@pytest.mark.parametrize("exercise", chosen(EXERCISES, 4, "variants"))
def test_every_mutant_loses_points_and_every_check_finds_one_first(exercise, autograder, repository, corpus, tmp_path):
    mutants, _ = corpus
    first = Counter()
    survivors = []
    for mutant in mutants.MUTANTS:
        if mutant.file != f"{exercise}.py":
            continue
        source = (repository / "solutions" / mutant.file).read_text(encoding="utf-8")
        (tmp_path / mutant.file).write_text(mutants.mutate(mutant, source), encoding="utf-8")
        results = fast_results(autograder, tmp_path, exercise)
        assert not [result for result in results if result.status in ("error", "timeout")], mutant.name
        lost = [result.check.id for result in results if result.points < result.check.points]
        survivors += [] if lost else [mutant.name]
        first.update(lost[:1])
    assert survivors == []
    deterministic = [check.id for check in read_checks(autograder) if check.exercise == exercise and not check.requires]
    assert [check for check in deterministic if not first[check]] == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_alternative_keeps_every_point(exercise, autograder, repository, corpus, tmp_path):
    _, alternatives = corpus
    for alternative in alternatives.ALTERNATIVES:
        if alternative.file != f"{exercise}.py":
            continue
        source = (repository / "solutions" / alternative.file).read_text(encoding="utf-8")
        (tmp_path / alternative.file).write_text(alternatives.replace_hole(alternative, source), encoding="utf-8")
        lost = [result.check.id for result in fast_results(autograder, tmp_path, exercise) if result.status != PASSED]
        assert lost == [], f"{alternative.hole}: {alternative.name}"


def test_every_check_says_what_it_confirms(autograder):
    checks = read_checks(autograder)
    assert len({check.id for check in checks}) == len(checks)
    visible = {check.id for check in checks if not check.requires}
    assert [check.id for check in read_hidden(autograder) if check.confirms not in visible] == []
    assert all(check.title.endswith((".", "?", "!")) for check in checks)


def test_every_hint_ladder_has_two_or_three_steps(autograder):
    for exercise in load_exercises(autograder).values():
        for hole in exercise.holes:
            assert 2 <= len(hole.hints) <= 3
            assert 1 <= hole.difficulty <= 5


def test_fairness_page_is_what_its_samples_make(repository):
    file = repository / "docs" / "fairness.json"
    samples = read_samples(file)
    assert samples_json(samples) == file.read_text(encoding="utf-8")
    from reelgrade.course.calibration import NUM_SEEDS, set_bar, thresholds_toml
    from reelgrade.course.fairness import judged_splits

    splits = judged_splits(repository, None)
    bars = [set_bar(task, split, splits[split], found[split]) for task, found in samples.items() for split in splits]
    assert thresholds_toml(bars) == (repository / "autograder" / "thresholds.toml").read_text(encoding="utf-8")
    page = (repository / "docs" / "fairness.md").read_text(encoding="utf-8")
    assert fairness_markdown(repository, bars, samples) == page
    for task, found in samples.items():
        assert {len(sample.accuracies) for sample in found["test"]} == {NUM_SEEDS[task]}


def test_right_code_reaches_the_bar_over_all_measured_seeds(repository):
    import tomllib

    bars = tomllib.loads((repository / "autograder" / "thresholds.toml").read_text(encoding="utf-8"))
    for task, found in read_samples(repository / "docs" / "fairness.json").items():
        for split, samples in found.items():
            right = [sample for sample in samples if sample.variant.kind != "mutant"]
            assert min(min(sample.graded) for sample in right) >= bars[task][split]["bar"]
