"""The seam: a check calls holes and experiments through it and gets plain values back, wherever student code runs.

This is the seam to a folder or a namespace in this process. Arguments and results pass through the
same encoding as they would on their way to another process, so that the points cannot differ.
"""

import inspect
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from reelgrade.course.submission import load_module
from reelgrade.errors import UserError
from reelgrade.grading import experiments, wire
from reelgrade.grading.errors import BrokenModule, HoleError, NotStarted, Place, TimeIsUp, hole_error
from reelgrade.grading.render import render_call
from reelgrade.grading.state import captured_output, guarded_state

RETURNS_NOTHING = ("freeze_layers",)


class Holes:
    """A student's definitions of one exercise: a module loaded by path, or a namespace.

    Attribute access gives a hole ready to be called, from a check or from an experiment. HoleError
    says that it is missing, cannot be called, has parameters other than `signatures` asks for, or
    returns None where the contract wants a value.
    """

    def __init__(self, namespace: Mapping[str, Any], path: Path, signatures: Mapping[str, list[str]]) -> None:
        self.__dict__.update(_namespace=namespace, _path=path, _signatures=signatures)

    def __getattr__(self, name: str) -> Any:
        if name not in self._namespace:
            raise hole_error(["NameError"], f"{self._path.name} defines no {name}; put it back: reelgrade reset {name}")
        hole = self._namespace[name]
        if not callable(hole):
            raise hole_error(["TypeError"], f"{name} is no function any more but {type(hole).__name__} {hole!r:.60}")
        check_parameters(name, hole, self._signatures.get(name, []))
        return hole if isinstance(hole, type) or name in RETURNS_NOTHING else _returning(name, hole)


def check_parameters(name: str, hole: Any, wanted: list[str]) -> None:
    """Raise HoleError naming the parameters that a hole lacks, or asks for though nobody gives them."""
    try:
        parameters = inspect.signature(hole).parameters
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
    raise hole_error(["TypeError"], f"your {name}{inspect.signature(hole)} {' and '.join(said)}")


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
        with guarded_state(), captured_output():
            module: ModuleType = load_module(path)
    except UserError as error:
        raise BrokenModule(str(error)) from error
    return Holes(vars(module), path, signatures or {})


class Seam:
    """What a check receives as `submission`.

    `submission.NAME(values...)` calls a hole, `submission.run("experiment", **values)` a trusted
    function beside the holes. `changed` lists the arguments of the last call that the hole changed,
    `call` is its text as the student would type it. A NotImplementedError becomes NotStarted, any other
    exception a HoleError that is also of the built-in class it came as.
    """

    def __init__(self, holes: Holes) -> None:
        self._holes = holes
        self.changed: list[str] = []
        self.call = ""
        self.printed = ""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*values: Any, **named: Any) -> Any:
            return self._call(name, values, named)

        return call

    def run(self, experiment: str, **values: Any) -> Any:
        """Run an experiment beside the holes of this exercise and return its plain values."""
        function = experiments.find(experiment)
        self.call = f"{experiments.story(function)} ({render_call('', (), values)[1:-1]})"
        return self._answer(lambda named: function(self._holes, **named), {}, values)

    @staticmethod
    def iterator(items: list[Any]) -> wire.Iterable:
        """Make an argument that the hole can walk only once."""
        return wire.Iterable(items)

    @staticmethod
    def file(name: str, content: bytes) -> wire.File:
        """Make an argument that is the path of a readable file."""
        return wire.File(name, content)

    def _call(self, name: str, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        self.call = render_call(name, values, named)

        def call(everything: dict[Any, Any]) -> Any:
            hole = getattr(self._holes, name)
            positional = [everything[i] for i in range(len(values))]
            keywords = {key: everything[key] for key in named}
            _check_signature(name, hole, positional, keywords)
            return hole(*positional, **keywords)

        return self._answer(call, dict(enumerate(values)), named)

    def _answer(self, call: Any, values: dict[int, Any], named: dict[str, Any]) -> Any:
        """Send the arguments over, call, and bring the result back, all as frames."""
        sent = wire.encode({**values, **named})
        with ExitStack() as stack:
            stack.enter_context(guarded_state())
            output = stack.enter_context(captured_output())
            arguments = wire.decode(sent, lambda file: _write_file(stack, file))
            before = _frames(arguments)
            try:
                result = call(arguments)
                answer = wire.encode(result)
            except wire.WireError as error:
                raise hole_error(["TypeError"], str(error)) from None
            except (TimeIsUp, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise self._translated(error) from None
            finally:
                self.printed = output.kept
                after = _frames(arguments)
                self.changed = [_argument_name(key) for key in before if before[key] != after.get(key)]
        return wire.decode(answer)

    def _translated(self, error: BaseException) -> Exception:
        if isinstance(error, NotImplementedError):
            return NotStarted(str(error))
        if isinstance(error, HoleError | BrokenModule):
            return error
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(self._holes._path)
        ]
        place = Place(self._holes._path.name, frames[-1].lineno or 0, frames[-1].name) if frames else None
        names = [kind.__name__ for kind in type(error).__mro__]
        return hole_error(names, _message(error), place)


def _message(error: BaseException) -> str:
    """Read an exception's text by the base class, whatever it overrides."""
    try:
        return str(error)
    except Exception:
        return "(its text cannot be read)"


def _write_file(stack: ExitStack, file: wire.File) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="reelgrade-", ignore_cleanup_errors=True))
    path = Path(folder) / Path(file.name).name
    path.write_bytes(file.content)
    return str(path)


def _frames(arguments: dict[Any, Any]) -> dict[Any, bytes]:
    """Write each argument as it is now; what cannot be written counts as changed."""
    frames = {}
    for key, value in arguments.items():
        if hasattr(value, "__next__"):
            continue
        try:
            frames[key] = wire.encode(value)
        except wire.WireError:
            frames[key] = b""
    return frames


def _argument_name(key: Any) -> str:
    return f"argument {key + 1}" if isinstance(key, int) else str(key)


def _check_signature(name: str, hole: Any, positional: list[Any], keywords: dict[str, Any]) -> None:
    """Raise HoleError saying which parameter is missing or too many, before Python does it less clearly."""
    try:
        signature = inspect.signature(hole)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*positional, **keywords)
    except TypeError as error:
        raise hole_error(["TypeError"], f"your {name}{signature} does not fit the call: {error}") from None
