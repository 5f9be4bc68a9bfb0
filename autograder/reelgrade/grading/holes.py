"""A student's definitions of one exercise, ready to be called: this runs where student code runs."""

from collections.abc import Mapping
from functools import wraps
from inspect import signature  # by name: student code may put another into its module
from pathlib import Path
from types import ModuleType
from typing import Any

from reelgrade.course.submission import load_module
from reelgrade.errors import UserError
from reelgrade.grading.errors import BrokenModule, hole_error
from reelgrade.grading.state import CappedText, captured_output, guarded_state

RETURNS_NOTHING = ("freeze_layers",)


class Holes:
    """A student's definitions of one exercise: a module loaded by path, or a namespace.

    Attribute access gives a hole ready to be called, from a check or from an experiment. HoleError
    says that it is missing, cannot be called, has parameters other than `signatures` asks for, or
    returns None where the contract wants a value.
    """

    def __init__(self, namespace: Mapping[str, Any], path: Path, signatures: Mapping[str, list[str]]) -> None:
        self.__dict__.update(_namespace=namespace, path=path, _signatures=signatures)

    path: Path
    missing = "{file} defines no {name}; put it back: reelgrade reset {name}"

    def __getattr__(self, name: str) -> Any:
        if name not in self._namespace:
            raise hole_error(["NameError"], self.missing.format(file=self.path.name, name=name))
        hole = self._namespace[name]
        if not callable(hole):
            raise hole_error(["TypeError"], f"{name} is no function any more but {type(hole).__name__} {hole!r:.60}")
        check_parameters(name, hole, self._signatures.get(name, []))
        return hole if isinstance(hole, type) or name in RETURNS_NOTHING else _returning(name, hole)


def check_parameters(name: str, hole: Any, wanted: list[str]) -> None:
    """Raise HoleError naming the parameters that a hole lacks, or asks for though nobody gives them."""
    try:
        parameters = signature(hole).parameters
    except (TypeError, ValueError):
        return
    takes_any = any(
        parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) for parameter in parameters.values()
    )
    missing = [] if takes_any else [parameter for parameter in wanted if parameter not in parameters]
    extra = [key for key, parameter in parameters.items() if key not in wanted and parameter.default is parameter.empty]
    if (
        not wanted or takes_any or len(missing) == len(extra)
    ):  # as many, under other names: calls by position still work
        return
    said = [f"lacks the parameter {', '.join(missing)}"] * bool(missing)
    said += [f"asks for {', '.join(extra)}, which nobody gives"] * bool(extra)
    raise hole_error(["TypeError"], f"your {name}{signature(hole)} {' and '.join(said)}")


def _returning(name: str, hole: Any) -> Any:
    """Wrap a function whose None can only be a forgotten return."""

    @wraps(hole)
    def call(*values: Any, **named: Any) -> Any:
        result = hole(*values, **named)
        if result is None:
            raise hole_error(["TypeError"], f"{name} returned None: is there a `return`?")
        return result

    return call


def load_holes(path: Path, signatures: Mapping[str, list[str]] | None = None) -> Holes:
    """Load an exercise module; BrokenModule says which line of it cannot be imported."""
    try:
        with guarded_state(), captured_output(CappedText()):
            module: ModuleType = load_module(path)
    except UserError as error:
        raise BrokenModule(str(error).replace(str(path), path.name)) from error
    return Holes(vars(module), path, signatures or {})


def check_call(name: str, hole: Any, positional: list[Any], keywords: dict[str, Any]) -> None:
    """Raise HoleError saying which parameter is missing or too many, before Python does it less clearly."""
    try:
        found = signature(hole)
    except (TypeError, ValueError):
        return
    try:
        found.bind(*positional, **keywords)
    except TypeError as error:
        raise hole_error(["TypeError"], f"your {name}{found} does not fit the call: {error}") from None
