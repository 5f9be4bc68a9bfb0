"""What the judge asks and what comes back: calls and answers as frames of the wire, read strictly.

An answer is written by the process that student code lives in, so its reader trusts nothing in it.
"""

from dataclasses import dataclass
from typing import Any

from reelgrade.grading import wire
from reelgrade.grading.errors import MAX_MESSAGE, Blocked, BrokenModule, NotStarted, Place, hole_error

HOLE, EXPERIMENT, LOAD, CELL = "hole", "experiment", "load", "cell"
MOST_NAMES, MOST_CHANGED, MOST_PRINTED = 50, 100, 2000


class BadAnswer(wire.WireError):
    """What came back is no answer to what was asked."""


def call_frame(number: int, kind: str, name: str, arguments: dict[Any, Any]) -> bytes:
    """Write a call; arguments by position have the keys 0, 1, ..., others their names."""
    return wire.encode({"number": number, "kind": kind, "name": name, "arguments": arguments})


@dataclass(frozen=True)
class Answer:
    """The outcome of one call: a value, or a failure, and what the call changed and printed beside it."""

    number: int
    value: Any = None
    failure: Exception | None = None
    changed: tuple[str, ...] = ()
    printed: str = ""

    def result(self) -> Any:
        """Give the value or raise the failure."""
        if self.failure is not None:
            raise self.failure
        return self.value


def value_frame(number: int, value: Any, changed: list[str], printed: str) -> bytes:
    """Write the answer of a call that returned; WireError where its value cannot cross."""
    return wire.encode({"number": number, "value": value, "changed": changed, "printed": printed})


def failure_frame(number: int, failure: dict[str, Any], changed: list[str], printed: str) -> bytes:
    """Write the answer of a call that did not return."""
    return wire.encode({"number": number, "failure": failure, "changed": changed, "printed": printed})


def read_answer(frame: bytes, number: int) -> Answer:
    """Read an answer; WireError for anything that the two functions above would not write, whatever it provokes."""
    try:
        return _read(wire.decode(frame), number)
    except wire.WireError:
        raise
    except Exception as error:
        raise BadAnswer(f"reading it ended with {type(error).__name__}") from error


def _read(found: Any, number: int) -> Answer:
    if type(found) is not dict or type(found.get("number")) is not int or found["number"] != number:
        raise BadAnswer("the answer belongs to no question")
    if found.keys() not in ({"number", "value", "changed", "printed"}, {"number", "failure", "changed", "printed"}):
        raise BadAnswer("the answer has not the form of one")
    changed, printed = _texts(found["changed"], MOST_CHANGED), _text(found["printed"], MOST_PRINTED)
    failure = _failure(found["failure"]) if "failure" in found else None
    return Answer(number, found.get("value"), failure, tuple(changed), printed)


def _failure(found: Any) -> Exception:
    match found:
        case {"not started": name}:
            return NotStarted(_text(name, MAX_MESSAGE))
        case {"broken": message}:
            return BrokenModule(_text(message, MAX_MESSAGE))
        case {"blocked": message}:
            return Blocked(_text(message, MAX_MESSAGE))
        case {"names": names, "message": message, "place": place}:
            return hole_error(_texts(names, MOST_NAMES) or ["Exception"], _text(message, MAX_MESSAGE), _place(place))
    raise BadAnswer("the answer has not the form of one")


def _place(found: Any) -> Place | None:
    match found:
        case None:
            return None
        case (file, line, function) if type(file) is str and type(line) is int and type(function) is str:
            return Place(file[:100], line, function[:100])
    raise BadAnswer("the answer has not the form of one")


def _text(found: Any, limit: int) -> str:
    if type(found) is not str:
        raise BadAnswer("the answer has not the form of one")
    return found[:limit]


def _texts(found: Any, most: int) -> list[str]:
    if type(found) is not list:
        raise BadAnswer("the answer has not the form of one")
    return [_text(one, MAX_MESSAGE) for one in found[:most]]
