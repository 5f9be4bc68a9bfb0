"""Stubs equal what the solutions make of them, and the markers cannot be used wrongly without a word."""

import ast
import re
import subprocess
import sys

import pytest

from reelgrade.course.generated import drifted, write_generated
from reelgrade.course.stubs import open_holes
from reelgrade.course.submission import load_module
from reelgrade.errors import UserError
from warm import reelgrade

SOLUTION = '''\
"""Two holes."""


def double(x: int) -> int:
    """Double it."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


class Counter:
    """Count."""

    def __init__(self) -> None:
        """Start."""
        self.given = 1
        ### BEGIN SOLUTION
        self.count = 0
        ### END SOLUTION

    def step(self) -> int:
        """Go on."""
        ### BEGIN SOLUTION
        self.count += 1
        return self.count
        ### END SOLUTION
'''


def test_committed_files_are_what_their_generators_write(repository):
    assert drifted(repository) == []


def test_a_stub_keeps_everything_outside_the_markers():
    stub = open_holes(SOLUTION)
    assert "self.given = 1" in stub
    assert "2 * x" not in stub
    assert "self.count" not in stub
    kept = [line for line in stub.splitlines() if "YOUR CODE" not in line and "raise" not in line]
    assert kept == re.sub(r" *### BEGIN.*?### END SOLUTION\n", "", SOLUTION, flags=re.DOTALL).splitlines()


def test_each_hole_raises_its_name(tmp_path):
    path = tmp_path / "stub.py"
    path.write_text(open_holes(SOLUTION), encoding="utf-8")
    stub = load_module(path)
    with pytest.raises(NotImplementedError, match=r"^double$"):
        stub.double(1)
    with pytest.raises(NotImplementedError, match=r"^Counter$"):
        stub.Counter()


def test_every_committed_stub_imports_and_is_open(repository):
    for path in sorted((repository / "exercises").glob("*.py")):
        module = load_module(path)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                arguments = [None] * len(node.args.args)
                with pytest.raises(NotImplementedError, match=f"^{node.name}$"):
                    getattr(module, node.name)(*arguments)


def test_stubs_have_the_signatures_of_the_solutions(repository):
    def signatures(folder):
        return {
            (path.name, node.name): ast.unparse(node.args)
            for path in sorted((repository / folder).glob("*.py"))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name != "run_epoch" and node.name != "figures"
        }

    assert signatures("exercises") == signatures("solutions")


def test_exercise_modules_import_given_code_and_libraries_only(repository):
    libraries = {"torch", "pandas", "numpy", "sklearn", "jaxtyping", *sys.stdlib_module_names}
    for path in sorted((repository / "solutions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.module == "reelgrade.given" or node.module.split(".")[0] in libraries, path.name
            elif isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= libraries, path.name


def test_generating_twice_changes_nothing(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "one.py").write_text(SOLUTION, encoding="utf-8")
    assert [path.name for path in write_generated(tmp_path)] == ["one.py"]
    assert write_generated(tmp_path) == []
    (tmp_path / "exercises" / "left_over.py").write_text("", encoding="utf-8")
    assert [path.name for path in write_generated(tmp_path)] == ["left_over.py"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("    ### END SOLUTION\n\n\nclass", "\n\nclass"),
            r"line 16: '### BEGIN SOLUTION' inside the region of line 6",
        ),
        (("    ### BEGIN SOLUTION\n    return 2", "    return 2"), "line 7: '### END SOLUTION' without"),
        (
            ("        return self.count\n        ### END SOLUTION\n", "        return self.count\n"),
            r"line 23: .* never closed",
        ),
        (("return 2 * x", "return '### BEGIN SOLUTION'"), "line 7: marker words"),
        (("    ### BEGIN SOLUTION\n    return", "    x = 1  ### BEGIN SOLUTION\n    return"), "line 6: marker words"),
        (("    ### BEGIN SOLUTION\n    return 2", "    #### BEGIN SOLUTION\n    return 2"), "line 6: marker words"),
        (('"""Double it."""', '"""Double it.\n    ### BEGIN SOLUTION\n    """'), "line 6: marker words"),
        (
            ("    return 2 * x\n    ### END SOLUTION", "    x = 2 * x\n    ### END SOLUTION\n    return x"),
            r"line 6: .* not end",
        ),
        (("return 2 * x", "return 2 *"), "line 7: invalid syntax"),
    ],
)
def test_misplaced_markers_are_refused_with_their_line(change, message):
    assert change[0] in SOLUTION
    with pytest.raises(UserError, match=message):
        open_holes(SOLUTION.replace(*change), "one.py")


def test_a_module_level_region_is_refused():
    with pytest.raises(UserError, match="does not end the body of one function"):
        open_holes("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n")


def test_a_file_without_markers_is_refused():
    with pytest.raises(UserError, match="no hole"):
        open_holes("x = 1\n")


def test_check_names_what_drifted_and_exits_with_1(tmp_path):
    for folder in ("solutions", "exercises", "datasets"):
        (tmp_path / folder).mkdir()
    (tmp_path / "solutions" / "one.py").write_text(SOLUTION, encoding="utf-8")
    (tmp_path / "exercises" / "one.py").write_text("x = 1\n", encoding="utf-8")
    drift = reelgrade("stubs", "--check", cwd=tmp_path)
    assert drift.returncode == 1
    assert "one.py is not what its sources make of it" in drift.stderr
    assert (tmp_path / "exercises" / "one.py").read_text(encoding="utf-8") == "x = 1\n"
    assert reelgrade("stubs", cwd=tmp_path).returncode == 0
    assert reelgrade("stubs", "--check", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("exercise", ["data", "tokenization", "vocab"])
def test_the_first_stages_need_neither_torch_nor_transformers(exercise, repository):
    program = (
        "import sys; from pathlib import Path; from reelgrade.course.submission import load_module; "
        "load_module(Path(sys.argv[1])); print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    for folder in ("exercises", "solutions"):
        path = str(repository / folder / f"{exercise}.py")
        printed = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
        assert printed.stdout.strip() == "[]"
