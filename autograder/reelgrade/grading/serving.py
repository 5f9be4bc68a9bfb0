"""Answer calls beside student code: decode the arguments, call the hole or the experiment, encode what became of it.

The same function serves the seam to a folder in this process, to a namespace, and to a worker.
"""

import os
import tempfile
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from reelgrade.grading import experiments, wire
from reelgrade.grading.errors import Blocked, BrokenModule, HoleError, hole_error
from reelgrade.grading.holes import Holes, check_call
from reelgrade.grading.messages import CELL, EXPERIMENT, failure_frame, value_frame
from reelgrade.grading.state import CappedText, captured_output, guarded_state


def serve(
    holes: Holes,
    request: bytes,
    output: CappedText,
    passing: tuple[type[BaseException], ...] = (),
    worded: Callable[[BaseException], str] | None = None,
) -> bytes:
    """Answer one call with a frame; exceptions of the classes `passing` leave it, all others are told in the answer.

    `worded` gives their texts, without what students need not see.
    """
    with ExitStack() as stack:
        call = wire.decode(request, lambda file: _write_file(stack, file))
        if call["kind"] != CELL:  # what a cell does to the process stays, as it does in a kernel
            stack.enter_context(guarded_state())
        stack.enter_context(captured_output(output))
        number, arguments = call["number"], call["arguments"]
        before = _frames(arguments)
        try:
            value = _call(holes, call["kind"], call["name"], arguments)
            return value_frame(number, value, _changed(before, arguments), output.kept)
        except wire.WireError as error:
            failure = _told(hole_error(["TypeError"], str(error)), holes, worded or message_of)
        except passing:
            raise
        except BaseException as error:
            failure = _told(error, holes, worded or message_of)
        return failure_frame(number, failure, _changed(before, arguments), output.kept)


def _call(holes: Holes, kind: str, name: str, arguments: dict[Any, Any]) -> Any:
    if kind == CELL:
        return holes.run_cell(int(name), **arguments)
    if kind == EXPERIMENT:
        return experiments.find(name)(holes, **arguments)
    hole = getattr(holes, name)
    positional = [value for key, value in arguments.items() if isinstance(key, int)]
    named = {key: value for key, value in arguments.items() if isinstance(key, str)}
    check_call(name, hole, positional, named)
    return hole(*positional, **named)


def _told(error: BaseException, holes: Holes, worded: Callable[[BaseException], str]) -> dict[str, Any]:
    """Describe an error by names and text; nothing of the object itself crosses."""
    if isinstance(error, NotImplementedError):
        return {"not started": message_of(error)}
    if isinstance(error, BrokenModule):
        return {"broken": worded(error)}
    if isinstance(error, Blocked):
        return {"blocked": worded(error)}
    names = [str(kind.__name__) for kind in type(error).__mro__]
    if isinstance(error, HoleError):
        names = [error.kind, *(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")]
    place = _place(error, holes.path)
    return {"names": names, "message": worded(error), "place": place}


def _place(error: BaseException, path: Path) -> tuple[str, int, str] | None:
    """Find the innermost line of the student's file that the error came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(path))]
    if not frames:
        return None
    return frames[-1].filename.removeprefix(f"{path.parent}{os.sep}"), frames[-1].lineno or 0, frames[-1].name


def message_of(error: BaseException) -> str:
    """Return the text of an error, whatever student code has made of it."""
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


def _changed(before: dict[Any, bytes], arguments: dict[Any, Any]) -> list[str]:
    after = _frames(arguments)
    changed = [key for key in before if before[key] != after.get(key)]
    return [f"argument {key + 1}" if isinstance(key, int) else str(key) for key in changed]
