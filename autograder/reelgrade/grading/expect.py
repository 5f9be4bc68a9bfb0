"""What a check accepts, said in one place: `same` for exact values, `close` for computed numbers.

Generous in form: a list or a tuple, a Python number, a numpy number or a 0-d tensor, an array or
a tensor. Strict in behaviour: shapes, lengths, order and values must be right.
"""

import math
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

TOLERANCE = 1e-5


class Mismatch:
    """What the last comparison that failed saw; feedback is written from it."""

    last: "Expected | None" = None


class Expected:
    """A value that a check compares with: `assert submission.pad([1], 2) == same([1, 0])`.

    `mistakes` maps the name of a known mistake to the value that it leads to, so that feedback
    can call it by name. `forgiven` gives other values that are accepted, computed when first needed: what mistakes
    lead to that other checks are about.

    >>> (1, 2) == same([1, 2]), [0.1 + 0.2] == close([0.3]), [1] == same([1, 2])
    (True, True, False)
    """

    __array_ufunc__ = None  # numpy, stand back: compare me as a whole
    __hash__ = None  # type: ignore[assignment]  # a value to compare with, not a key

    def __init__(
        self,
        value: Any,
        tolerance: float,
        mistakes: Mapping[str, Any] | None = None,
        forgiven: Callable[[], Iterable[Any]] = tuple,
    ) -> None:
        self.value = value
        self.tolerance = tolerance
        self.mistakes = dict(mistakes or {})
        self.forgiven = forgiven
        self.got: Any = None
        self.difference = ""

    def __eq__(self, got: object) -> bool:
        self.got = got
        self.difference = difference(got, self.value, self.tolerance)
        if self.difference and any(not difference(got, value, self.tolerance) for value in self.forgiven()):
            self.difference = ""
        if self.difference:
            Mismatch.last = self
        return not self.difference

    def __repr__(self) -> str:
        return repr(self.value)

    def recognised(self) -> str | None:
        """Name the known mistake that leads to exactly the value that came."""
        for name, value in self.mistakes.items():
            if not difference(self.got, value, self.tolerance):
                return name
        return None


def same(
    value: Any, mistakes: Mapping[str, Any] | None = None, forgiven: Callable[[], Iterable[Any]] = tuple
) -> Expected:
    """Expect exactly this value."""
    return Expected(value, 0.0, mistakes, forgiven)


def close(
    value: Any,
    mistakes: Mapping[str, Any] | None = None,
    tolerance: float = TOLERANCE,
    forgiven: Callable[[], Iterable[Any]] = tuple,
) -> Expected:
    """Expect these numbers up to rounding: |got - expected| <= tolerance * max(1, |expected|); NaN equals NaN."""
    return Expected(value, tolerance, mistakes, forgiven)


def difference(got: Any, expected: Any, tolerance: float, where: str = "") -> str:
    """Say how two values differ, or nothing: shape, length, key, or the first place that is wrong."""
    got, expected = _plain(got), _plain(expected)
    place = f"at {where}: " if where else ""
    if isinstance(expected, dict):
        return _dict_difference(got, expected, tolerance, where)
    if isinstance(expected, list):
        return _list_difference(got, expected, tolerance, where)
    if _is_number(expected) and _is_number(got):
        near = _near(got, expected, tolerance) if tolerance or isinstance(got, float) else got == expected
        return "" if near else f"{place}{got!r} instead of {expected!r}"
    if type(got) is type(expected) and got == expected:
        return ""
    return f"{place}{_kind(got)} instead of {_kind(expected)}" if type(got) is not type(expected) else f"{place}{got!r}"


def _dict_difference(got: Any, expected: dict[Any, Any], tolerance: float, where: str) -> str:
    if not isinstance(got, dict):
        return f"{_kind(got)} instead of a dict"
    missing, extra = [key for key in expected if key not in got], [key for key in got if key not in expected]
    if missing or extra:
        parts = [f"missing key {missing[0]!r}"] if missing else []
        return ", ".join(parts + ([f"unexpected key {extra[0]!r}"] if extra else []))
    found = (difference(got[key], expected[key], tolerance, f"{where}[{key!r}]") for key in expected)
    return next(filter(None, found), "")


def _list_difference(got: Any, expected: list[Any], tolerance: float, where: str) -> str:
    if not isinstance(got, list):
        return f"{_kind(got)} instead of a sequence of {len(expected)}"
    if len(got) != len(expected):
        return f"{where + ': ' if where else ''}length {len(got)} instead of {len(expected)}"
    found = (difference(one, other, tolerance, f"{where}[{i}]") for i, (one, other) in enumerate(zip(got, expected)))  # noqa: B905  # equal lengths
    return next(filter(None, found), "")


def _plain(value: Any) -> Any:
    """Reduce the accepted forms to lists, dicts and Python numbers."""
    if isinstance(value, Expected):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    if is_array(value):
        return value.tolist()
    return value


def is_array(value: Any) -> bool:
    """Tell whether a value is a tensor or an array, without importing their libraries."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    return (torch is not None and isinstance(value, torch.Tensor)) or (
        numpy is not None and isinstance(value, numpy.ndarray)
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float)


def _near(got: float, expected: float, tolerance: float) -> bool:
    try:
        got, expected = float(got), float(expected)
    except OverflowError:  # an integer beyond any float
        return got == expected
    if math.isnan(expected) or math.isinf(expected):
        return got == expected or (math.isnan(got) and math.isnan(expected))
    return abs(got - expected) <= tolerance * max(1.0, abs(expected))


def _kind(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, list):
        return f"a sequence of {len(value)}"
    if isinstance(value, dict):
        return f"a dict of {len(value)}"
    text = repr(value[:40] if isinstance(value, str | bytes) else value)
    return f"{type(value).__name__} {text if len(text) < 40 else text[:37] + '...'}"


class raises:  # noqa: N801  # reads as a statement: `with raises(ValueError) as caught`
    """Expect that student code raises an error of a built-in class; `text` then holds its message.

    Other errors pass through, and so does NotStarted.

    >>> with raises(ValueError) as caught:
    ...     int("x")
    >>> "invalid literal" in caught.text
    True
    """

    def __init__(self, kind: type[Exception]) -> None:
        self.kind = kind
        self.text = ""

    def __enter__(self) -> "raises":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            raise AssertionError(f"{self.kind.__name__} should have been raised, but nothing was")
        if not isinstance(error, self.kind):
            return False
        self.text = str(error)
        return True
