"""The wire: what crosses comes out the same, what must not cross is refused by name, and no frame can do harm."""

import time
from collections import Counter, OrderedDict, UserDict
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reelgrade.grading import wire
from reelgrade.grading.expect import difference
from reelgrade.grading.render import render
from reelgrade.grading.state import memory_limit

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=50)
)
keys = st.text() | st.integers(-(2**63), 2**63 - 1)
plain = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner),
    max_leaves=20,
)
numbers = st.sampled_from([np.int64, np.int32, np.float32, np.float64, np.bool_, np.uint8]).flatmap(
    lambda dtype: st.lists(st.integers(0, 1), max_size=6).map(lambda items: np.array(items, dtype=dtype))
)


@given(plain)
def test_decode_inverts_encode(value):
    found = wire.decode(wire.encode(value))
    assert found == value
    assert type(found) is type(value)


@given(numbers)
def test_arrays_and_tensors_keep_type_shape_and_bytes(array):
    found = wire.decode(wire.encode({"array": array, "tensor": torch.from_numpy(array)}))
    assert found["array"].dtype == array.dtype
    assert np.array_equal(found["array"], array)
    assert torch.equal(found["tensor"], torch.from_numpy(array))


def test_nan_infinity_and_negative_zero_cross():
    found = wire.decode(wire.encode([float("nan"), float("inf"), -0.0]))
    assert not difference(found, [float("nan"), float("inf"), 0.0], 0.0)
    assert str(found[2]) == "-0.0"


def test_library_types_become_plain_values():
    from transformers import BatchEncoding

    frame = pd.DataFrame({"review": ["a", "NA"], "code": np.array([1, 2])}, index=[7, 3])
    value = [
        Counter("aab"),
        OrderedDict(x=1),
        np.float32(0.5),
        np.int64(3),
        torch.nn.Parameter(torch.ones(2)),
        BatchEncoding({"ids": [1]}),
        frame,
        torch.tensor([1.0], dtype=torch.bfloat16),
    ]
    found = wire.decode(wire.encode(value))
    assert found[:4] == [{"a": 2, "b": 1}, {"x": 1}, 0.5, 3]
    assert type(found[4]) is torch.Tensor
    assert found[5] == {"ids": [1]}
    assert found[6].to_dict("list") == {"review": ["a", "NA"], "code": [1, 2]}
    assert found[6].index.tolist() == [7, 3]


@pytest.mark.parametrize(
    "index",
    [
        [7, 3],
        [5, 5],
        ["f1", "recall"],
        [None, 0.5],
        [("a", 1), ("b", 2)],
        pd.RangeIndex(9, 5, -2),
        pd.CategoricalIndex(["b", "a"]),
    ],
)
def test_a_frame_keeps_its_index(index):
    frame = pd.DataFrame({"review": ["a", "b"]}, index=index)
    found = wire.decode(wire.encode(frame))
    assert not difference(found.index.tolist(), frame.index.tolist(), 0.0)
    assert type(found.index) is type(pd.Index(frame.index.tolist())) or type(found.index) is type(frame.index)
    assert wire.decode(wire.encode(frame[:0])).index.tolist() == []
    assert len(wire.decode(wire.encode(frame[[]]))) == 2


def test_the_length_of_an_index_has_a_limit():
    with pytest.raises(wire.WireError, match="values"):
        wire.encode([pd.DataFrame(index=range(wire.MAX_VALUES))])
    with pytest.raises(wire.WireError, match="label of type Timestamp"):
        wire.encode(pd.DataFrame(index=pd.to_datetime(["2020-01-01"])))


class Liar(list):
    def __eq__(self, other):
        return True


class LyingTensor(torch.Tensor):
    pass


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Liar([1]), "Liar"),
        (type("Text", (str,), {})("x"), "Text"),
        (type("Whole", (int,), {})(1), "Whole"),
        (torch.ones(2).as_subclass(LyingTensor), "LyingTensor"),
        (UserDict(a=1), "UserDict"),
        ({1, 2}, "set"),
        (lambda: 1, "function"),
        (object(), "object"),
        (torch.ones(2, device="meta"), "meta"),
        (torch.eye(2).to_sparse(), "sparse"),
        (np.array([object()]), "object"),
    ],
)
def test_foreign_types_are_refused_by_name(value, name):
    with pytest.raises(wire.WireError, match=name):
        wire.encode([value])


def test_depth_number_and_size_have_limits(monkeypatch):
    nested = []
    for _ in range(100):
        nested = [nested]
    with pytest.raises(wire.WireError, match="nested deeper"):
        wire.encode(nested)
    monkeypatch.setattr(wire, "MAX_VALUES", 100)
    with pytest.raises(wire.WireError, match="more than 100 values"):
        wire.encode(list(range(200)))
    monkeypatch.setattr(wire, "MAX_BYTES", 1000)
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode(torch.zeros(1000))
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode(torch.zeros(1).expand(10**12))  # small in memory, enormous when written


def test_numbers_and_text_have_limits(monkeypatch):
    with pytest.raises(wire.WireError, match="numbers"):
        wire.encode(torch.zeros(wire.MAX_NUMBERS + 1, dtype=torch.uint8))
    with pytest.raises(wire.WireError, match="numbers"):
        wire.encode(np.zeros((10**9, 0)))
    with pytest.raises(wire.WireError, match="too large"):
        wire.encode("x" * (wire.MAX_TEXT + 1))
    text = b"[" + b"[]," * wire.MOST_MARKS + b"[]]"
    started = time.perf_counter()
    with pytest.raises(wire.WireError, match="too many values"):
        wire.decode(len(text).to_bytes(8, "big") + text)
    assert time.perf_counter() - started < 1  # refused before it is unfolded


MOST_DECODED_MB = 400  # that a frame may take, whatever it holds


def listed(items, tag="list", more=""):
    return f'["{tag}",[{",".join(items)}]{more}]'


@pytest.mark.parametrize(
    ("tree", "size"),
    [
        (listed(['["bytes",[0,33554432]]'] * 100), 2**25),
        (listed(['["array","uint8",[4000000],[0,4000000]]'] * 100), 2**25),
        (f'["array","int8",[4000000{",1" * 14}],[0,4000000]]', 4_000_000),
        (listed(['["tensor","bool",[0],[0,0]]'] * 500_000), 0),
        (listed(['["frame",[],["range",0,0,1]]'] * 300_000), 0),
        (listed((f'[{number},["list",[]]]' for number in range(200_000)), "frame", ',["list",[]]'), 0),
        (listed((f'[{number},["dict",[[1,1]]]]' for number in range(9_000)), "frame", ',["range",0,1,1]'), 0),
        ('["frame",[[1,["tuple",[1]]]],["range",0,1,1]]', 0),
    ],
    ids="buffer array axes tensors frames columns dicts tuples".split(),  # noqa: SIM905
)
def test_what_is_decoded_and_compared_is_bounded_and_not_only_what_is_sent(tree, size):
    frame = len(tree).to_bytes(8, "big") + tree.encode() + bytes(size)
    with memory_limit(MOST_DECODED_MB), pytest.raises(wire.WireError) as caught:
        found = wire.decode(frame)
        difference(found, [0], 1e-5)
        render(found)
    assert "MemoryError" not in str(caught.value)


def test_each_buffer_is_read_once_and_in_turn():
    good = wire.encode([b"ab", b"cd"])
    assert wire.decode(good) == [b"ab", b"cd"]
    for places in ("[0,2]],[", "[1,2]],["):
        bad = good.replace(b"[2,2]", places[:5].encode())
        with pytest.raises(wire.WireError, match="twice"):
            wire.decode(bad)


def test_what_takes_much_room_counts_for_more_than_one_value():
    assert len(wire.decode(wire.encode(pd.DataFrame({n: [1.5] for n in range(1000)}))).columns) == 1000
    for value in ([torch.zeros(0)] * 100_000, pd.DataFrame(columns=range(10_000)), np.zeros((2**22, 1))):
        with pytest.raises(wire.WireError, match="more than"):
            wire.encode(value)


def test_keys_that_could_be_made_to_collide_are_refused():
    for key in ((1, 2), 2**64, b"x"):
        with pytest.raises(wire.WireError, match="key"):
            wire.encode({key: 1})
    assert wire.decode(wire.encode({"a": 1, 2: 3, None: 4, True: 5, 1.5: 6})) == {
        "a": 1,
        2: 3,
        None: 4,
        True: 5,
        1.5: 6,
    }


def test_iterables_and_files_arrive_as_such(tmp_path):
    frame = wire.encode([wire.Iterable([1, 2]), wire.File("a.csv", b"x")])
    iterator, path = wire.decode(frame, lambda file: f"/somewhere/{file.name}")
    assert (list(iterator), list(iterator)) == ([1, 2], [])
    assert path == "/somewhere/a.csv"
    assert wire.decode(frame) == [wire.Iterable([1, 2]), wire.File("a.csv", b"x")]


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_random_frames_are_refused_cleanly(frame):
    with suppress(wire.WireError):
        wire.decode(frame)


VALUE = {"ids": torch.arange(6).reshape(2, 3), "texts": ["a", ("b", None)], "n": 2**70, "x": 1.5}


@given(st.data())
@settings(max_examples=300)
def test_mutated_frames_are_refused_or_read_in_bounded_time(data):
    frame = bytearray(wire.encode(VALUE))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    started = time.perf_counter()
    with suppress(wire.WireError):
        wire.decode(bytes(frame))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "tree",
    [
        '["tensor","float64",[1000000000000],[0,0]]',
        '["array","object",[1],[0,8]]',
        '["array","float64",[-1],[0,0]]',
        '["_Decoder__init__"]',
        '["value",1]',
        '["frame",[[1,["list",[]]],5],["list",[]]]',
        '["frame",[[1,["list",[1]]]]]',
        '["frame",[[1,["list",[1]]]],["list",[]]]',
        '["frame",[[1,["list",[1]]]],["list",[["list",[]]]]]',
        '["frame",[[1,5]],["list",[0,1]]]',
        '["frame",[[1,["list",[]]]],["dict",[]]]',
        '["frame",[],["range",0,1000000000000,1]]',
        '["frame",[],["range",0,5,0]]',
        '["frame",[["a",["range",0,1,1]]],["list",[0]]]',
        '["bytes",[0,99999999999]]',
        '["bytes",[-5,5]]',
        '["big","zz"]',
        "[" * 10_000 + "]" * 10_000,
        '["dict",[[["list",[]],1]]]',
        '["nothing"]',
        '["tensor","float64",[1000000000,0],[0,0]]',
        '["array","float64",[0,1000000000],[0,0]]',
        '["array","float64",[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],[0,0]]',
        '["dict",[[["big","0x20000000000000000"],1]]]',
        '["dict",[[["tuple",[1,2]],1]]]',
        '{"a":1}',
        "1.5",
        "NaN",
        "[]",
    ],
)
def test_hostile_frames_are_refused(tree):
    text = tree.encode()
    with pytest.raises(wire.WireError):
        wire.decode(len(text).to_bytes(8, "big") + text)


def test_a_number_beyond_all_floats_is_a_difference_and_no_fault():
    assert difference(10**400, 0.5, 1e-5)
    assert difference([10**400], [float("inf")], 1e-5)
    assert not difference(10**400, 10**400, 1e-5)


def test_enormous_integers_are_refused_both_ways():
    for value in (10**400, -(16**3900), 1 << 10**6):
        with pytest.raises(wire.WireError, match="bits cannot be judged"):
            wire.encode([value])
    text = f'["big","{hex(16**3900)}"]'.encode()
    with pytest.raises(wire.WireError, match="too long"):
        wire.decode(len(text).to_bytes(8, "big") + text)
    assert wire.decode(wire.encode(-(2**999))) == -(2**999)


def test_messages_of_student_code_can_always_be_printed():
    from reelgrade.grading.errors import hole_error

    str(hole_error(["ValueError"], "lone \ud800 surrogate")).encode("utf-8")
