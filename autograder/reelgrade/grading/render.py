"""Show values and calls as a student would type them, cut where they get long."""

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
    if isinstance(value, list | tuple) and value and not isinstance(value[0], str):
        inner = ", ".join(render(item, limit) for item in value[:60]) + (", ..." if len(value) > 60 else "")
        return _cut(f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})", limit)
    return _cut(repr(value), limit)


def render_call(name: str, values: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Write a call: `pad([1, 2], max_len=3)`."""
    arguments = [render(value) for value in values] + [f"{key}={render(value)}" for key, value in named.items()]
    return _cut(f"{name}({', '.join(arguments)})", MAX_CALL)


def _render_array(value: Any, limit: int) -> str:
    name = "tensor" if type(value).__module__.startswith("torch") else "array"
    text = _cut(render(value.tolist(), limit), limit)
    return f"{name}({text})"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 4] + " ..." + text[-1] * (text[-1] in ")]}")
