"""Show values and calls as a student would type them, cut where they get long."""

from collections.abc import Iterator
from typing import Any

from reelgrade.grading import wire
from reelgrade.grading.expect import Expected, is_array

MAX_VALUE = 160
MAX_CALL = 300


def render(value: Any, limit: int = MAX_VALUE) -> str:
    """Write a value as code or as a short description.

    >>> render([1, 2, 3])
    '[1, 2, 3]'
    """
    if isinstance(value, Expected):
        return render(value.value, limit)
    if isinstance(value, wire.Iterable):
        return f"iter({render(value.items, limit)})"
    if isinstance(value, wire.File):
        return repr(value.name)
    if isinstance(value, float):
        return f"{value:.6g}"
    if is_array(value):
        return _render_array(value, limit)
    if type(value).__name__ == "DataFrame":
        return f"DataFrame({render(value.to_dict('list'), limit)})"
    if type(value) in (list, tuple):
        opening, closing = ("[", "]") if isinstance(value, list) else ("(", ",)" if len(value) == 1 else ")")
        return _cut(f"{opening}{_some((render(item, limit) for item in value), limit)}{closing}", limit)
    if type(value) is dict:
        pairs = (f"{render(key, limit)}: {render(item, limit)}" for key, item in value.items())
        return _cut(f"{{{_some(pairs, limit)}}}", limit)
    if isinstance(value, str | bytes):
        return _cut(repr(value[: limit + 1]), limit)
    return _cut(repr(value), limit)


def _some(parts: Iterator[str], limit: int) -> str:
    """Join parts until there is more than can be shown: what is not shown is not even written."""
    shown: list[str] = []
    length = 0
    for part in parts:
        if length > limit:
            return ", ".join([*shown, "..."])
        shown.append(part)
        length += len(part) + 2
    return ", ".join(shown)


def render_call(name: str, values: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Write a call: `pad([1, 2], max_len=3)`."""
    arguments = [render(value) for value in values] + [f"{key}={render(value)}" for key, value in named.items()]
    return _cut(f"{name}({', '.join(arguments)})", MAX_CALL)


def _render_array(value: Any, limit: int) -> str:
    name = "tensor" if type(value).__module__.startswith("torch") else "array"
    most = max(1, int(limit ** (2 / max(1, value.ndim))))  # an axis: enough to fill the line, limit**2 numbers in all
    corner = value[tuple(slice(0, most) for _ in value.shape)]
    return f"{name}({_cut(render(corner.tolist(), limit), limit)})"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 4] + " ..." + text[-1] * (text[-1] in ")]}")
