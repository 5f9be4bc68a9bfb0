"""The seam: a check calls holes and experiments through it and gets plain values back, wherever student code runs.

This is the seam to a folder or a namespace in this process. Arguments and results pass through the
same encoding as they would on their way to another process, so that the points cannot differ.
"""

import inspect
import tempfile
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

from reelgrade.course.submission import load_module
from reelgrade.errors import UserError
from reelgrade.grading import experiments, wire
from reelgrade.grading.errors import BrokenModule, GraderError, HoleError, NotStarted, hole_error
from reelgrade.grading.render import render_call
from reelgrade.grading.state import captured_output, guarded_state


class Holes:
    """A student's definitions of one exercise: a module loaded by path, or a namespace.

    Attribute access gives the hole as it is, or raises HoleError where it is missing or cannot be called.
    """

    def __init__(self, namespace: Mapping[str, Any], file: str) -> None:
        self.__dict__.update(_namespace=namespace, _file=file)

    def __getattr__(self, name: str) -> Any:
        if name not in self._namespace:
            raise hole_error(
                ["NameError"], f"{self._file} defines no {name}; put the stub back: reelgrade reset {name}"
            )
        hole = self._namespace[name]
        if not callable(hole):
            raise hole_error(["TypeError"], f"{name} is no function any more but {type(hole).__name__} {hole!r:.60}")
        return hole


def load_holes(path: Path) -> Holes:
    """Load an exercise module; BrokenModule says which line of it cannot be imported."""
    load_module.cache_clear()
    try:
        with guarded_state(), captured_output():
            module: ModuleType = load_module(path)
    except UserError as error:
        raise BrokenModule(str(error)) from error
    return Holes(vars(module), path.name)


class Seam:
    """What a check receives as `submission`.

    `submission.NAME(values...)` calls a hole, `submission.run("experiment", **values)` a trusted
    function beside the holes. `changed` lists the arguments of the last call that the hole changed,
    `call` is its text as the student would type it. A NotImplementedError becomes NotStarted, any other
    exception a HoleError that is also of the built-in class it came as.
    """

    def __init__(self, holes: Holes, exercise: str) -> None:
        self._holes = holes
        self._exercise = exercise
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
            except GraderError:
                raise
            except Exception as error:
                raise self._translated(error) from None
            finally:
                self.printed = output.kept
                after = _frames(arguments)
                self.changed = [_argument_name(key) for key in before if before[key] != after.get(key)]
        return wire.decode(answer)

    def _translated(self, error: Exception) -> Exception:
        if isinstance(error, NotImplementedError):
            return NotStarted(str(error))
        if isinstance(error, HoleError | BrokenModule):
            return error
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).name == self._holes._file
        ]
        place = f"{self._holes._file}, line {frames[-1].lineno}, in {frames[-1].name}" if frames else ""
        names = [kind.__name__ for kind in type(error).__mro__]
        return hole_error(names, _message(error), place)


def _message(error: Exception) -> str:
    """Read an exception's text by the base class, whatever it overrides."""
    try:
        return str(error)
    except Exception:
        return "(its text cannot be read)"


def _write_file(stack: ExitStack, file: wire.File) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="reelgrade-"))
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
