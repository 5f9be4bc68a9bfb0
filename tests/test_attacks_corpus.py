"""The corpus of hostile submissions is well formed and leaves out nothing that it is known for; grading them is another test's."""

import tomllib
from pathlib import Path

ATTACKS = Path(__file__).resolve().parent / "attacks"
SECTIONS = ("forging", "planting", "leaking", "exhausting", "cheating", "remaining")
KEYS = {"line", "exercises", "points", "status", "seconds", "plant", "gains"}
STATUSES = {"failed", "timeout", "crashed", "not started"}
PLANTS = {
    "symlink": {"target"},
    "fifo": set(),
    "huge": {"size"},
    "many": {"count"},
    "newline_name": set(),
    "socket": set(),
}

NAMED = {  # what an attack of each section has to name in its `line`: one piece a variant
    "forging": """
        `__eq__` lies | `__lt__` lies | `__abs__` lies | `__len__` lies | `__repr__` lies | `tolist` lies | `str` subclass
        | `list` subclass | `Tensor` subclass | `sys._getframe` | `inspect.stack` | `gc.get_objects()` for expected
        | `gc.get_objects()` for reference | pytest's report classes | `unittest` | `builtins` | `torch.equal`
        | `torch.manual_seed` | `numpy.testing` | then `os._exit(0)` | from `atexit` | from a forked child | from a thread
        | frames on the answer descriptor | two requests at once | another request's number | fake score line
        | fake result marker | status 0 at import | skip everything | xfail everything | `KeyboardInterrupt` | `SystemExit`
        | `GeneratorExit` | `MemoryError` | `BaseException` subclass | a pickle | `__reduce__` | deeply nested list
        | 10 GB tensor | NaN everywhere | sparse tensor | meta device""",
    "planting": """
        `conftest.py` | `pytest.ini` | `tox.ini` | `setup.cfg` | `pyproject.toml` with `addopts` | `sitecustomize.py`
        | `usercustomize.py` | `*.pth` | `torch.py` | `pytest.py` | `json.py` | `random.py` | `transformers/` | `numpy/`
        | `autograder/` | `solutions/` | `zz_test.py` | changed checks | symbolic links out | a FIFO | a huge file
        | thousands of files | a name with a newline""",
    "leaking": """
        hidden checks | solutions | holdout data | other submissions | `/proc/<pid>` files | environment variables
        | home folder | cloud metadata | TCP socket | UDP socket | unix socket | resolve a name | a file in /tmp
        | shared memory | exception whose text carries a hidden input""",
    "exhausting": """
        endless loop | swallows every exception | sleep | a recursion | a fork bomb | a thread bomb | memory flood
        | disk flood | file-descriptor flood | output flood | backtracks for ever | `signal.alarm` | `signal.signal`
        | ignoring SIGTERM | SIGSTOP | zombies | `setsid`""",
    "cheating": """
        memorise the public test set | `datasets/` | return constants | detect that it is being graded
        | `sklearn` vectoriser for `build_vocab`""",
    "remaining": "beyond the list",
}


def folders():
    return sorted(path.parent for path in ATTACKS.glob("*/*/attack.toml"))


def read(folder):
    return tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8"))


def lines(section):
    return [read(folder)["line"] for folder in folders() if folder.parent.name == section]


def test_every_folder_is_an_attack():
    assert {path.name for path in ATTACKS.iterdir()} == set(SECTIONS)
    assert sorted(path for section in SECTIONS for path in (ATTACKS / section).iterdir()) == folders()


def test_there_are_many_with_names_of_their_own():
    names = [folder.name for folder in folders()]
    assert len(names) >= 75
    assert len(set(names)) == len(names)


def faults_of(attack, folder):
    """Say what is wrong with the description of an attack; nothing where it is well formed."""
    planted = {plant["path"] for plant in attack.get("plant", [])}
    has_points = set(attack["points"]) == set(attack["exercises"])
    in_halves = all(isinstance(points, float) and points % 0.5 == 0 for points in attack["points"].values())
    tests = {
        "an unknown key": set(attack) <= KEYS,
        "no line": bool(attack["line"]),
        "none or too many exercises": 1 <= len(attack["exercises"]) <= 3,
        "points of other exercises": has_points,
        "points that are no halves": in_halves,
        "an unknown status": set(attack.get("status", {}).values()) <= STATUSES,
        "a gain of an attack that is not among those that remain": attack.get("gains", 0) == 0
        or folder.parent.name == "remaining",
        "no time": attack.get("seconds", 1) > 0,
        "an exercise without a file": all(
            (folder / f"{name}.py").exists() or f"{name}.py" in planted for name in attack["exercises"]
        ),
    }
    for plant in attack.get("plant", []):
        tests[f"{plant['path']}: other keys than its kind has"] = set(plant) == {"path", "kind"} | PLANTS[plant["kind"]]
        tests[f"{plant['path']}: planted over a file"] = not (folder / plant["path"]).is_file()
    return [fault for fault, well in tests.items() if not well]


def test_each_attack_is_well_formed_and_says_what_it_deserves():
    assert {folder.name: found for folder in folders() if (found := faults_of(read(folder), folder))} == {}


def test_an_ill_formed_attack_is_noticed(tmp_path):
    attack = {"line": "", "exercises": ["vocab"], "points": {"vocab": 0.3}, "status": {"pad": "lost"}, "odd": 1}
    attack["plant"] = [{"path": "x", "kind": "huge"}]
    said = "an unknown key, no line, points that are no halves, an unknown status, an exercise without a file"
    assert faults_of(attack, tmp_path) == [*said.split(", "), "x: other keys than its kind has"]


def test_python_can_read_their_files_and_people_too():
    for path in (path for folder in folders() for path in folder.rglob("*.py") if path.is_file()):
        source = path.read_bytes()
        compile(source, str(path), "exec", dont_inherit=True)  # compiled, never run
        assert b'"""' in source.split(b"\n\n")[0], f"{path} does not say what it tries"


def test_every_named_attack_is_there():
    for section in SECTIONS:
        wanted = [" ".join(piece.split()) for piece in NAMED[section].split("|")]
        said = lines(section)
        assert [piece for piece in wanted if not any(piece in line for line in said)] == [], section


def test_some_are_on_no_list():
    assert len([line for section in SECTIONS for line in lines(section) if line.startswith("beyond the list: ")]) >= 15
