"""Hidden checks: they accept every right answer whatever is drawn, refuse every replayed one, and give nothing away."""

import ast
import inspect
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count, cycle

import pytest

from alternatives import ALTERNATIVES, replace_hole
from mutants import MUTANTS, mutate
from reelgrade.course.exercises import load_exercises
from reelgrade.grading import experiments, wire
from reelgrade.grading.catalogue import read_checks, read_hidden
from reelgrade.grading.errors import HoleError
from reelgrade.grading.judging import FAILED, PASSED
from reelgrade.grading.runner import Bench, run_check, run_checks, run_these
from sampling import chosen
from variants import SOLUTIONS, hole_of


@dataclass(frozen=True)
class Answer:
    """What came back through the seam: a value or an error, and the arguments that were changed."""

    value: object
    error: HoleError | None
    changed: tuple[str, ...]


@dataclass
class Record:
    """Answers by call, in the order of the calls, the arguments of each call, and all answers with repeated calls."""

    answers: dict[tuple[str, str, bytes], Answer] = field(default_factory=dict)
    arguments: dict[tuple[str, str, bytes], dict] = field(default_factory=dict)
    log: list[tuple[tuple[str, str], Answer]] = field(default_factory=list)

    def of(self, kind, name):
        """All answers of one hole or experiment."""
        return [answer for key, answer in self.answers.items() if key[:2] == (kind, name)]


class KeyedSeam:
    """Stands before a seam and sees each call as one key: kind, name and encoded arguments."""

    def __init__(self, seam, record):
        self._seam, self._record = seam, record

    def __getattr__(self, name):
        if name in vars(self._seam) or hasattr(type(self._seam), name):
            return getattr(self._seam, name)

        def call(*values, **named):
            return self._keyed("hole", name, {**dict(enumerate(values)), **named}, values, named)

        return call

    def run(self, experiment, **values):
        return self._keyed("experiment", experiment, values, (experiment,), values)

    def _keyed(self, kind, name, arguments, values, named):
        key = (kind, name, wire.encode(arguments))
        function = self._seam.run if kind == "experiment" else getattr(self._seam, name)
        return self.answer(key, arguments, lambda: function(*values, **named))


class RecordingSeam(KeyedSeam):
    def answer(self, key, arguments, call):
        value = error = None
        self._record.arguments[key] = arguments
        try:
            value = call()
        except HoleError as caught:
            error = caught
        self._record.answers[key] = Answer(value, error, tuple(self._seam.changed))
        self._record.log.append((key[:2], self._record.answers[key]))
        if error is not None:
            raise error
        return value


class ReplayingSeam(KeyedSeam):
    """Answers known calls from a record, and any other with a recorded answer of the same hole, as `choose` says."""

    def __init__(self, seam, record, choose):
        super().__init__(seam, record)
        self._choose = choose

    def answer(self, key, arguments, call):
        found = self.found(key)
        self.changed = list(found.changed)
        if found.error is not None:
            raise found.error
        return found.value

    def found(self, key):
        return self._record.answers.get(key) or self._choose(self._record.of(*key[:2]))


class PlayingSeam(ReplayingSeam):
    """Answers every call of a hole with its recorded answers in their order, over and over; `choose` picks which ones."""

    def __init__(self, seam, record, choose):
        super().__init__(seam, record, choose)
        self._tapes = {}

    def found(self, key):
        if key[:2] not in self._tapes:
            answers = [answer for name, answer in self._record.log if name == key[:2]]
            self._tapes[key[:2]] = cycle(self._choose(answers))
        return next(self._tapes[key[:2]])


class WrappedBench(Bench):
    """A bench whose seams have something before them."""

    def __init__(self, autograder, submission, wrap):
        super().__init__(autograder, submission)
        self._wrap = wrap

    def seam(self, check):
        return self._wrap(super().seam(check))


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Tensors here are tiny: more threads only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def autograder(repository):
    return repository / "autograder"


@pytest.fixture(scope="module")
def hidden(autograder):
    return read_hidden(autograder)


@pytest.fixture(scope="module")
def visible(autograder):
    return [check for check in read_checks(autograder) if not check.requires]


def recorded(repository, checks):
    """What the solutions answer to these checks."""
    record = Record()
    bench = WrappedBench(repository / "autograder", repository / "solutions", lambda seam: RecordingSeam(seam, record))
    for check in checks:
        assert run_check(bench, check).status == PASSED, check.id
    return record


@pytest.fixture(scope="module")
def record(repository, visible):
    """What the solutions answer to the visible checks."""
    return recorded(repository, visible)


@pytest.fixture(scope="module")
def drawn(repository, hidden):
    """What the solutions answer to each hidden check under two secrets."""
    records = {}
    with pytest.MonkeyPatch.context() as patch:
        for secret in ("one", "other"):
            patch.setenv("REELGRADE_SECRET", secret)
            for check in hidden:
                records[check.id, secret] = recorded(repository, [check])
    return records


def not_passed(bench, checks):
    results = [run_check(bench, check) for check in checks]
    return [(result.check.id, result.status, result.message) for result in results if result.status != PASSED]


def test_every_hole_has_a_hidden_check(autograder, hidden):
    holes = {hole.name for exercise in load_exercises(autograder).values() for hole in exercise.holes}
    assert {check.hole for check in hidden} == holes


def test_each_hidden_check_confirms_a_visible_one_of_its_hole(hidden, visible):
    holes = {check.id: check.hole for check in visible}
    assert {check.id: holes.get(check.confirms) for check in hidden} == {check.id: check.hole for check in hidden}
    assert not {check.id for check in hidden} & set(holes), "a hidden check has the name of a visible one"
    assert all(check.points == 0 for check in hidden)


@pytest.mark.sampled("variants")
def test_solutions_pass_whatever_is_drawn(repository, autograder, hidden, monkeypatch):
    bench = Bench(autograder, repository / "solutions")
    for secret in chosen(range(NUM_SECRETS), 2, "variants"):
        monkeypatch.setenv("REELGRADE_SECRET", f"secret {secret}")
        assert not_passed(bench, hidden) == [], f"secret {secret}"


def test_each_draw_asks_something_new(hidden, record, drawn):
    """Corner cases of the contract may come back with every draw, but not more of them than new questions."""
    for check in hidden:
        one, other = (set(drawn[check.id, secret].answers) for secret in ("one", "other"))
        for asked, known in ((one, other), (other, one)):
            repeated = asked & (known | set(record.answers))
            assert 2 * len(repeated) <= len(asked), check.id


def experiments_of(module):
    """Names of the public functions of a module that run beside the holes."""
    found = import_module(f"{experiments.__name__}.{module}")
    functions = [value for value in vars(found).values() if inspect.isfunction(value) and value.__name__[0] != "_"]
    own = [function for function in functions if function.__module__ == found.__name__]
    return {function.__name__ for function in own if "holes" in inspect.signature(function).parameters}


def test_every_experiment_is_used_by_a_hidden_check(drawn):
    """Except those that train: labels never leave the judge, which judges two in a drawn order and none of the pictures."""
    used = {name for one in drawn.values() for kind, name, _ in one.answers if kind == "experiment"}
    everything = {name for module in experiments.MODULES for name in experiments_of(module)}
    judged, shown = {"train_baseline", "finetune_backbone"}, {"show_baseline", "show_finetuning"}
    assert everything - used == experiments_of("accuracy") == judged | shown


NUM_SECRETS = 30


def fallen(bench, checks):
    return {check.id for check in checks if run_check(bench, check).status != PASSED}


def reached(hole, source):
    """A hole and those of its module that call it, directly or not."""
    names = {hole}
    bodies = {
        node.name: {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    while more := {name for name, used in bodies.items() if used & names} - names:
        names |= more
    return names


VARIANTS = chosen([*MUTANTS, *ALTERNATIVES], 25, "variants")


@pytest.mark.sampled("variants")
@pytest.mark.parametrize("file", sorted({variant.file for variant in VARIANTS}))
def test_a_variant_has_the_same_points_whatever_is_drawn(file, tmp_path, autograder, hidden, visible, monkeypatch):
    """The same code gets the same points under every secret: of its hidden checks the same ones fail, of right code none."""
    secrets, differing = chosen(range(NUM_SECRETS), 3, "variants"), []
    for number, variant in enumerate(variant for variant in VARIANTS if variant.file == file):
        folder = tmp_path / str(number)
        folder.mkdir()
        wrong = variant in MUTANTS
        source = (mutate if wrong else replace_hole)(variant, SOLUTIONS[variant.file])
        (folder / variant.file).write_text(source, encoding="utf-8")
        holes = reached(hole_of(variant) if wrong else variant.hole, source)
        bench, exercise = Bench(autograder, folder), variant.file.removesuffix(".py")
        asked = [check for check in visible if check.exercise == exercise and check.hole in holes]
        ledger = run_these(bench, asked, hidden=False)
        confirming = [check for check in hidden if check.confirms in ledger.results and ledger.has_to_confirm(check)]
        falls = []
        for secret in secrets:
            monkeypatch.setenv("REELGRADE_SECRET", f"secret {secret}")
            falls.append(fallen(bench, confirming))
        varying = set().union(*falls) - set.intersection(*falls)
        differing += [(variant.name, varying)] if varying or not (wrong or falls[0] == set()) else []
    assert differing == []


def replaying(repository, record, choose):
    """A bench on which every answer comes from a record."""
    return WrappedBench(
        repository / "autograder", repository / "solutions", lambda seam: ReplayingSeam(seam, record, choose)
    )


@pytest.mark.sampled("variants")
def test_no_recorded_answer_passes(repository, hidden, record):
    """Whichever recorded answer of a hole stands in for an unknown one: its error, if there is one, or any other."""
    most = max(len(record.of(*key[:2])) for key in record.answers)
    choices = [lambda answers: next((answer for answer in answers if answer.error), answers[0])]
    choices += [lambda answers, number=number: answers[number % len(answers)] for number in range(most)]
    for number, choose in chosen([*enumerate(choices)], 6, "variants"):
        bench = replaying(repository, record, choose)
        results = [run_check(bench, check) for check in hidden]
        passed = [(result.check.id, result.status, result.message) for result in results if result.status != FAILED]
        assert passed == [], f"choice {number}"


def test_answers_replayed_in_turn_do_not_pass(repository, hidden, record):
    turns = count()
    bench = replaying(repository, record, lambda answers: answers[next(turns) % len(answers)])
    assert [check.id for check in hidden if run_check(bench, check).status != FAILED] == []


def test_answers_replayed_from_another_seed_fail(repository, autograder, hidden, drawn, monkeypatch):
    """All answers to other inputs in their order, and the first one of them for every call."""
    monkeypatch.setenv("REELGRADE_SECRET", "other")
    solutions = repository / "solutions"
    for check in hidden:
        record = drawn[check.id, "one"]
        for choose in (list, lambda answers: answers[:1]):
            bench = WrappedBench(
                autograder, solutions, lambda seam, record=record, choose=choose: PlayingSeam(seam, record, choose)
            )
            assert run_check(bench, check).status == FAILED, check.id


@dataclass(frozen=True)
class Cancelled:
    """Results of a submission that knows the visible texts by heart, without and with hidden checks, and what those drew."""

    honest: dict
    results: dict
    drawn: list[str]
    confirmed: set[str]


@pytest.fixture(scope="module")
def cancelled(tmp_path_factory, repository, autograder, hidden, record):
    folder, asked = tmp_path_factory.mktemp("by_heart"), Record()
    visible = [key for key in record.answers if key[:2] == ("hole", "tokenize")]
    answers = {record.arguments[key][0]: record.answers[key].value for key in visible}
    source = f"ANSWERS = {answers!r}\n\n\ndef tokenize(text):\n    return list(ANSWERS.get(text, []))\n"
    (folder / "tokenization.py").write_text(source, encoding="utf-8")
    honest = run_checks(Bench(autograder, folder), ["tokenization"], hidden=False).results
    bench = WrappedBench(autograder, folder, lambda seam: RecordingSeam(seam, asked))
    results = run_checks(bench, ["tokenization"]).results
    drawn = [arguments[0] for key, arguments in asked.arguments.items() if key not in visible and key[1] == "tokenize"]
    return Cancelled(honest, results, drawn, {check.confirms for check in hidden if check.hole == "tokenize"})


def test_hard_coded_answers_lose_their_points(cancelled):
    checks = [check_id for check_id, result in cancelled.honest.items() if result.check.hole == "tokenize"]
    assert all(cancelled.honest[check_id].status == PASSED for check_id in checks)
    assert cancelled.confirmed
    for check_id in checks:
        lost = check_id in cancelled.confirmed
        assert cancelled.results[check_id].points == (0 if lost else cancelled.honest[check_id].points)


def test_a_cancelled_check_names_neither_input_nor_expected_value(cancelled):
    assert len(cancelled.drawn) == len(cancelled.confirmed)
    for check_id in cancelled.confirmed:
        result = cancelled.results[check_id]
        assert (result.status, result.detail) == (FAILED, ())
        assert result.message.endswith(f"disagrees: {result.check.title}")
        drawn = [
            word for text in cancelled.drawn for word in text.split() if len(word) > 3
        ]  # shorter ones occur anywhere
        assert not [word for word in drawn if word in result.message]
