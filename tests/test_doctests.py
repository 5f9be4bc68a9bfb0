"""Every example in a docstring runs; those of the solutions run with their tensor shapes enforced."""

import doctest
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest
from beartype import beartype
from jaxtyping import TypeCheckError, jaxtyped

import reelgrade
from reelgrade.course.folders import EXERCISES
from reelgrade.course.submission import Submission, load_module

PACKAGE = sorted(found.name for found in pkgutil.walk_packages(reelgrade.__path__, "reelgrade."))


def enforce_shapes(module: ModuleType) -> ModuleType:
    """Check arguments and results of every function and method of a module against their annotations."""
    checked = jaxtyped(typechecker=beartype)
    for name, member in list(vars(module).items()):
        if getattr(member, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(member):
            setattr(module, name, checked(member))
        elif inspect.isclass(member):
            for method_name, method in list(vars(member).items()):
                if inspect.isfunction(method):
                    setattr(member, method_name, checked(method))
    return module


def run_doctests(module: ModuleType) -> doctest.TestResults:
    module.__dict__.setdefault("__builtins__", __builtins__)
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, module.__name__):
        runner.run(test)
    return runner.summarize(verbose=False)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_examples_of_each_solution_run_under_enforced_shapes(exercise, repository):
    results = run_doctests(enforce_shapes(load_module(repository / "solutions" / f"{exercise}.py")))
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("name", PACKAGE)
def test_examples_of_the_package_run(name):
    if name == "reelgrade.__main__":
        return
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_wrong_shape_is_refused(repository):
    import torch

    simple_nn = enforce_shapes(load_module(repository / "solutions" / "simple_nn.py"))
    with pytest.raises(TypeCheckError):
        simple_nn.mean_pool(torch.zeros(2, 3, 4), torch.ones(2, 5, dtype=torch.bool))


def test_every_hole_has_an_example(repository):
    solutions = Submission(repository / "solutions")
    for exercise in EXERCISES:
        module = getattr(solutions, exercise)
        for name, member in vars(module).items():
            if getattr(member, "__module__", None) == module.__name__ and callable(member):
                assert ">>>" in member.__doc__, f"{exercise}.{name}"
