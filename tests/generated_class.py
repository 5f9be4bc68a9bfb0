"""Make a class of any size: solutions, stubs, alternatives, mutants and attacks, and say what each deserves."""

import random
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from alternatives import ALTERNATIVES, replace_hole
from mutants import MUTANTS, mutate

REPOSITORY = Path(__file__).resolve().parents[1]
SOLUTIONS, ATTACKS = REPOSITORY / "solutions", REPOSITORY / "tests" / "attacks"
QUICK_KINDS = ("cheating", "forging", "planting")  # attacks that need no time limit to end
TRAINS = {"training", "finetuning"}


@dataclass(frozen=True)
class Deserved:
    """What a submission must get: all points but in `wrong`, or exactly `points` in some exercises."""

    kind: str
    wrong: str = ""
    points: dict[str, float] = field(default_factory=dict)

    def verify(self, exercises):
        """Fail unless a report, as points and maximum by exercise, is what is deserved."""
        if self.points:
            assert {name: exercises[name][0] for name in self.points} == self.points
            return
        for name, (points, most) in exercises.items():
            if self.kind == "stubs":
                assert points == 0
            else:
                assert (points < most) == (name == self.wrong), (name, points, most)


def generate(folder, size, seed=7, attacks=True):
    """Fill a folder with submissions, a tenth each of solutions and stubs; gives what each deserves, by student."""
    draw = random.Random(seed)
    makers = [_solutions, _stubs, *[_alternative] * 3, *[_mutant] * (3 if attacks else 5), *[_attack] * (2 * attacks)]
    deserved = {}
    for number in range(size):
        make = makers[number % len(makers)]
        target = folder / f"{make.__name__.strip('_')}{number:03}"
        deserved[target.name] = make(target, draw)
    return deserved


def _solutions(target, draw):
    shutil.copytree(SOLUTIONS, target, ignore=shutil.ignore_patterns("__pycache__"))
    vocab = target / "vocab.py"
    vocab.write_text(f"{vocab.read_text(encoding='utf-8')}\n# {target.name}\n", encoding="utf-8")
    return Deserved("solutions")


def _stubs(target, draw):
    shutil.copytree(REPOSITORY / "exercises", target, ignore=shutil.ignore_patterns("__pycache__"))
    return Deserved("stubs")


def _alternative(target, draw):
    chosen = draw.choice(ALTERNATIVES)
    _solutions(target, draw)
    path = target / chosen.file
    path.write_text(replace_hole(chosen, (SOLUTIONS / chosen.file).read_text(encoding="utf-8")), encoding="utf-8")
    return Deserved("alternative")


def _mutant(target, draw):
    chosen = draw.choice([one for one in MUTANTS if one.file.removesuffix(".py") not in TRAINS])
    _solutions(target, draw)
    path = target / chosen.file
    path.write_text(mutate(chosen, (SOLUTIONS / chosen.file).read_text(encoding="utf-8")), encoding="utf-8")
    return Deserved("mutant", wrong=chosen.file.removesuffix(".py"))


def _attack(target, draw):
    known = [path.parent for kind in QUICK_KINDS for path in sorted((ATTACKS / kind).glob("*/attack.toml"))]
    tables = {path: tomllib.loads((path / "attack.toml").read_text(encoding="utf-8")) for path in known}
    fit = [path for path, table in tables.items() if "plant" not in table and not TRAINS & set(table["exercises"])]
    chosen = draw.choice(fit)
    shutil.copytree(chosen, target)
    return Deserved("attack", points=tables[chosen]["points"])
