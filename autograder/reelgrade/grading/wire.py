"""Plain values to bytes and back, so that what a hole gets and gives is the same wherever it runs.

Values are None, bool, int, float, str, bytes, list, tuple, dict, tensors, numpy arrays and data frames;
beside them one-shot iterables and files, which only travel towards a hole. Nothing is pickled,
evaluated or imported. A frame is the length of a JSON text (8 bytes), that text, and raw buffers.
"""

import json
import struct
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import Any

MAX_DEPTH = 40
MAX_VALUES = 1_000_000
ARRAY_WEIGHT, COLUMN_WEIGHT = (
    10,
    100,
)  # how many values an array, or a frame and each column of it, count for: they take as much
MAX_BYTES = 64 * 2**20
MAX_TEXT = 16 * 2**20  # of the JSON part, which takes many times its size in memory
MAX_NUMBERS = 4 * 2**20  # elements of all tensors and arrays together, and of the lists that these can be turned into
MAX_AXES = 16
MOST_MARKS = 6 * MAX_VALUES  # brackets and commas of a frame that is not refused
MAX_BITS = 1000  # of an integer: what is longer is no float, and Python may refuse to print it
DTYPES = "bool uint8 int8 int16 int32 int64 float16 float32 float64".split()  # noqa: SIM905  # easier to read as words


class WireError(Exception):
    """A value or a frame that cannot cross: too deep, too large, of a foreign type, or broken."""


@dataclass(frozen=True)
class Iterable:
    """Stands for an iterable that can be walked only once; the hole receives an iterator."""

    items: list[Any]


@dataclass(frozen=True)
class File:
    """Stands for a readable file; the hole receives its path."""

    name: str
    content: bytes


def encode(value: Any) -> bytes:
    """Write a value as one frame; WireError names the type that cannot cross.

    >>> decode(encode({"ids": [1, 2], "pair": (True, None)}))
    {'ids': [1, 2], 'pair': (True, None)}
    """
    encoder = _Encoder()
    text = json.dumps(encoder.tree(value, 0), separators=(",", ":")).encode()
    frame = b"".join([struct.pack(">Q", len(text)), text, *encoder.buffers])
    if len(frame) > MAX_BYTES or len(text) > MAX_TEXT:
        raise WireError(f"the value is too large to cross: {len(frame)} bytes")
    return frame


def decode(frame: bytes, open_file: Callable[[File], Any] | None = None) -> Any:
    """Read a value from a frame; WireError for anything that `encode` would not write.

    `open_file` turns a `File` into what the hole receives; without it, files and iterables come
    back as they were sent.
    """
    if not 8 <= len(frame) <= MAX_BYTES:
        raise WireError("broken frame: wrong length")
    (length,) = struct.unpack(">Q", frame[:8])
    if length > len(frame) - 8:
        raise WireError("broken frame: cut")
    text = frame[8 : 8 + length]
    if length > MAX_TEXT or text.count(b"[") + text.count(b",") > MOST_MARKS:
        raise WireError("broken frame: too many values")
    try:
        tree = json.loads(text, object_hook=_refuse, parse_float=_refuse, parse_constant=_refuse)
        return _Decoder(frame[8 + length :], open_file).value(tree, 0)
    except WireError:
        raise
    except Exception as error:  # whatever a hostile frame provokes
        raise WireError(f"broken frame: {type(error).__name__}") from error


def _refuse(found: Any) -> Any:
    raise WireError("broken frame: a form of value that is never written")


class _Encoder:
    """Builds the JSON tree: scalars stand for themselves, everything else is [tag, ...]."""

    def __init__(self) -> None:
        self.buffers: list[bytes] = []
        self.num_values = 0
        self.num_bytes = 0
        self.num_numbers = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.count(1)
        if depth > MAX_DEPTH:
            raise WireError(f"nested deeper than {MAX_DEPTH} levels")
        value = _normalised(value)
        kind = type(value)
        if value is None or kind in (bool, str):
            return value
        if kind is int and value.bit_length() > MAX_BITS:
            raise WireError(f"an integer of {value.bit_length()} bits cannot be judged")
        if kind is int:
            return value if -(2**63) <= value < 2**63 else ["big", hex(value)]
        if kind is float:
            return ["float", float.hex(value)]
        if kind is bytes:
            return ["bytes", self.buffer(value)]
        if kind in (list, tuple):
            return [kind.__name__, [self.tree(item, depth + 1) for item in value]]
        if kind is dict:
            return ["dict", [[self.key(key), self.tree(item, depth + 1)] for key, item in value.items()]]
        if kind is Iterable:
            return ["iterable", [self.tree(item, depth + 1) for item in value.items]]
        if kind is File:
            return ["file", value.name, self.buffer(value.content)]
        return self.array(value, depth)

    def count(self, number: int) -> None:
        self.num_values += number
        if self.num_values > MAX_VALUES:
            raise WireError(f"more than {MAX_VALUES} values")

    def key(self, value: Any) -> Any:
        value = _normalised(value)
        if not _is_key(value):
            raise WireError(
                f"a dictionary key of type {type(value).__qualname__} cannot be judged; use a text or a number of 64 bits"
            )
        return self.tree(value, 0)

    def array(self, value: Any, depth: int) -> Any:
        numpy, torch, pandas = (sys.modules.get(name) for name in ("numpy", "torch", "pandas"))
        kind = type(value)
        if torch is not None and kind is torch.Tensor:
            return ["tensor", *self.numbers(_tensor_to_numpy(value, torch))]
        if numpy is not None and kind is numpy.ndarray:
            return ["array", *self.numbers(value)]
        if pandas is not None and kind is pandas.DataFrame:
            self.count(COLUMN_WEIGHT * (1 + len(value.columns)))
            columns = [
                [self.label(name, depth + 1), self.tree(value[name].tolist(), depth + 1)] for name in value.columns
            ]
            return ["frame", columns, self.index(value.index, pandas, depth)]
        raise WireError(
            f"{kind.__module__}.{kind.__qualname__} cannot be judged; return a plain value or a plain tensor"
        )

    def index(self, index: Any, pandas: Any, depth: int) -> Any:
        self.count(len(index))  # a range is short when written, and long when read
        if type(index) is pandas.RangeIndex:
            return ["range", index.start, index.stop, index.step]
        return ["list", [self.label(label, depth + 1) for label in index.tolist()]]

    def label(self, label: Any, depth: int) -> Any:
        label = _normalised(label)
        if not _is_label(label):
            raise WireError(f"a frame with a label of type {type(label).__qualname__} cannot be judged")
        return self.tree(label, depth)

    def numbers(self, array: Any) -> list[Any]:
        name = str(array.dtype)
        if name not in DTYPES:
            raise WireError(f"numbers of type {name} cannot be judged")
        self.count(ARRAY_WEIGHT)
        self.num_numbers += _room(array.shape)
        if self.num_numbers > MAX_NUMBERS:
            raise WireError(f"the value is too large: more than {MAX_NUMBERS} numbers")
        return [name, list(array.shape), self.buffer(array.tobytes())]

    def buffer(self, content: bytes) -> list[int]:
        self.num_bytes += len(content)
        if self.num_bytes > MAX_BYTES:
            raise WireError(f"the value is too large: more than {MAX_BYTES} bytes")
        self.buffers.append(content)
        return [self.num_bytes - len(content), len(content)]


class _Decoder:
    """Reads the tree, counting as it goes; knows nothing but the tags."""

    def __init__(self, buffers: bytes, open_file: Callable[[File], Any] | None) -> None:
        self.buffers = memoryview(buffers)
        self.open_file = open_file
        self.num_values = 0
        self.num_bytes = 0  # of the buffers that are read already
        self.num_numbers = 0

    def value(self, tree: Any, depth: int) -> Any:
        self.count(1)
        if depth > MAX_DEPTH:
            raise WireError("broken frame: too deep")
        if not isinstance(tree, list):
            return tree
        tag, *rest = tree
        return getattr(self, f"read_{tag}")(*rest, depth=depth)

    def count(self, number: int) -> None:
        self.num_values += number
        if self.num_values > MAX_VALUES:
            raise WireError("broken frame: too many values")

    def items(self, trees: list[Any], depth: int) -> list[Any]:
        return [self.value(tree, depth + 1) for tree in trees]

    def read_big(self, text: str, depth: int) -> int:
        if len(text) > MAX_BITS // 4 + 3:  # sign and 0x
            raise WireError("broken frame: an integer that is too long")
        return int(text, 16)

    def read_float(self, text: str, depth: int) -> float:
        return float.fromhex(text)

    def read_bytes(self, place: list[int], depth: int) -> bytes:
        start, length = place
        if start != self.num_bytes or length < 0 or start + length > len(self.buffers):  # each is read once, in turn
            raise WireError("broken frame: a buffer that is read twice, or lies outside of it")
        self.num_bytes += length
        return bytes(self.buffers[start : start + length])

    def read_list(self, trees: list[Any], depth: int) -> list[Any]:
        return self.items(trees, depth)

    def read_tuple(self, trees: list[Any], depth: int) -> tuple[Any, ...]:
        return tuple(self.items(trees, depth))

    def read_dict(self, pairs: list[list[Any]], depth: int) -> dict[Any, Any]:
        return {self.key(key): self.value(item, depth + 1) for key, item in pairs}

    def key(self, tree: Any) -> Any:
        key = self.value(tree, 0)
        if not _is_key(key):
            raise WireError("broken frame: a key that is never written")
        return key

    def read_iterable(self, trees: list[Any], depth: int) -> "Iterator[Any] | Iterable":
        items = self.items(trees, depth)
        return Iterable(items) if self.open_file is None else iter(items)

    def read_file(self, name: str, place: list[int], depth: int) -> Any:
        file = File(name, self.read_bytes(place, depth))
        return file if self.open_file is None else self.open_file(file)

    def read_array(self, dtype: str, shape: list[int], place: list[int], depth: int) -> Any:
        import numpy

        if dtype not in DTYPES or len(shape) > MAX_AXES or min(shape, default=0) < 0:
            raise WireError("broken frame: unknown type or shape of numbers")
        self.count(ARRAY_WEIGHT)
        self.num_numbers += _room(shape)
        if self.num_numbers > MAX_NUMBERS:
            raise WireError("broken frame: too many numbers")
        return numpy.frombuffer(self.read_bytes(place, depth), dtype=dtype).reshape(shape).copy()

    def read_tensor(self, dtype: str, shape: list[int], place: list[int], depth: int) -> Any:
        import torch

        return torch.from_numpy(self.read_array(dtype, shape, place, depth))

    def read_frame(self, columns: list[list[Any]], index: list[Any], depth: int) -> Any:
        import pandas

        self.count(COLUMN_WEIGHT * (1 + len(columns)))
        if any(items[0] != "list" for _, items in columns):
            raise WireError("broken frame: a column that is no list")
        found = {self.label(name, depth + 1): self.value(items, depth + 1) for name, items in columns}
        labels = self.row_numbers(*index[1:]) if index[0] == "range" else self.value(index, depth + 1)
        if type(labels) not in (list, range) or not all(map(_is_label, labels)):
            raise WireError("broken frame: an index that is never written")
        if any(len(items) != len(labels) for items in found.values()):
            raise WireError("broken frame: columns and index of different lengths")
        return pandas.DataFrame(found, index=labels)

    def label(self, tree: Any, depth: int) -> Any:
        label = self.value(tree, depth)
        if not _is_label(label):
            raise WireError("broken frame: a label that is never written")
        return label

    def row_numbers(self, start: int, stop: int, step: int) -> range:
        found = range(start, stop, step)
        self.count(len(found))
        return found


def _is_key(value: Any) -> bool:
    """Tell whether a value may be a key: nothing of which many can be made that fall on one place of a dictionary."""
    return value is None or type(value) in (bool, float, str) or (type(value) is int and -(2**63) <= value < 2**63)


def _is_label(value: Any) -> bool:
    """Tell whether a value may label a row: a key, or a tuple of some where the index has several levels."""
    return all(map(_is_key, value)) if type(value) is tuple else _is_key(value)


def _room(shape: Sequence[int]) -> int:
    """Count the elements of an array and of all its rows, empty ones too: all take room once they are lists."""
    return sum(accumulate((size or 1 for size in shape), mul)) if shape else 1


def _normalised(value: Any) -> Any:
    """Turn the few library types that mean a plain value into it, by methods the value cannot override."""
    kind = type(value)
    if kind in (Counter, OrderedDict, defaultdict):
        return dict(dict.items(value))
    numpy, torch, pandas = (sys.modules.get(name) for name in ("numpy", "torch", "pandas"))
    if numpy is not None and issubclass(kind, numpy.generic) and kind.__module__ == "numpy":
        return numpy.generic.item(value)
    if torch is not None and kind is torch.nn.Parameter:
        return torch.Tensor.detach(value).as_subclass(torch.Tensor)
    if pandas is not None and kind is pandas.Series:
        return pandas.Series.tolist(value)
    transformers = sys.modules.get("transformers")
    if transformers is not None and kind is transformers.BatchEncoding:
        return dict(value.data)
    return value


def _tensor_to_numpy(tensor: Any, torch: Any) -> Any:
    if tensor.layout is not torch.strided or tensor.device.type == "meta":
        raise WireError(f"a tensor of layout {tensor.layout} on {tensor.device} cannot be judged; return a dense one")
    if tensor.numel() * tensor.element_size() > MAX_BYTES:
        raise WireError(f"the value is too large: more than {MAX_BYTES} bytes")
    dense = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (dense.float() if dense.dtype is torch.bfloat16 else dense).numpy()
