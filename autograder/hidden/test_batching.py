"""Hidden checks of exercise 4: rows of any length, loaders of any size."""

import pytest
import torch

from reelgrade.grading.expect import close, same
from reelgrade.grading.randomness import undisturbed


def row(draw, length):
    """A row of so many ids, none of them padding."""
    return [draw.randint(2, 9999) for _ in range(length)]


@pytest.mark.confirms("pad_appends_padding")
def test_pad_appends_any_amount_of_padding(submission, draw):
    """The row comes first, then as much padding as is missing."""
    ids, missing = row(draw, draw.randint(4, 12)), draw.randint(3, 20)
    assert submission.pad(ids, max_len=len(ids) + missing) == same(ids + [0] * missing)


@pytest.mark.confirms("pad_cuts_the_tail")
def test_pad_cuts_any_tail(submission, draw):
    """The first max_len ids stay."""
    max_len = draw.randint(3, 9)
    ids = row(draw, max_len + draw.randint(1, 12))
    assert submission.pad(ids, max_len=max_len) == same(ids[:max_len])


@pytest.mark.confirms("pad_uses_pad_id")
def test_pad_uses_any_pad_id(submission, draw):
    """The padding is the number asked for, behind ids or none, and 0 up to 128 unless told."""
    ids, missing, pad_id = row(draw, draw.randint(3, 9)), draw.randint(3, 9), draw.randint(2, 9999)
    assert submission.pad(ids, max_len=len(ids) + missing, pad_id=pad_id) == same(ids + [pad_id] * missing)
    assert submission.pad([], max_len=missing, pad_id=pad_id) == same([pad_id] * missing)
    assert submission.pad(ids) == same(ids + [0] * (128 - len(ids)))


@pytest.mark.confirms("pad_leaves_its_input_alone")
def test_pad_leaves_any_input_alone(submission, draw):
    """A row that is padded and a row that is cut both stay as they are."""
    max_len = draw.randint(4, 9)
    for ids in (row(draw, max_len - draw.randint(1, 3)), row(draw, max_len + draw.randint(1, 9))):
        cut, missing = ids[:max_len], [0] * (max_len - len(ids))
        other_side = [missing + ids[-max_len:]]  # another check's topic
        assert submission.pad(ids, max_len=max_len) == same(cut + missing, forgiven=lambda: other_side)  # noqa: B023
        assert submission.changed == []
    ids, pad_id = row(draw, max_len), draw.randint(2, 9999)
    settings = [{"max_len": max_len + 2, "pad_id": pad_id}, {"max_len": max_len - 2}, {"max_len": max_len + 3}]
    assert submission.run("pad_in_turn", ids=ids, settings=settings) == same(
        in_turn(ids, max_len, pad_id, left=False),
        forgiven=lambda: [in_turn(ids, max_len, number, left) for number in (pad_id, 0) for left in (False, True)],
    )


def in_turn(ids, max_len, pad_id, left):
    """A row padded by two, cut by two, and padded by three; `left` at its other side."""
    if left:
        return [[pad_id] * 2 + ids, ids[2:], [0] * 3 + ids]
    return [ids + [pad_id] * 2, ids[:-2], ids + [0] * 3]


@pytest.mark.confirms("to_tensors_pads_every_row")
def test_to_tensors_pads_any_rows(submission, draw):
    """Shorter rows are padded, longer ones cut, and the labels stay a row of numbers."""
    max_len, count = draw.randint(5, 9), draw.randint(4, 8)
    encoded = [row(draw, draw.randint(0, 2 * max_len)) for _ in range(count)]
    labels = [draw.randrange(3) for _ in range(count)]
    input_ids, found = submission.to_tensors(encoded, labels, max_len=max_len)
    assert input_ids == same([(ids + [0] * max_len)[:max_len] for ids in encoded])
    assert found == same(labels)


@pytest.mark.confirms("to_tensors_gives_int64")
def test_to_tensors_gives_int64_of_any_numbers(submission, draw):
    """Ids and labels are int64, and the numbers that went in."""
    max_len, count = draw.randint(2, 6), draw.randint(3, 6)
    encoded, labels = [row(draw, max_len) for _ in range(count)], row(draw, count)
    tensors = submission.to_tensors(encoded, labels, max_len=max_len)
    assert [str(tensor.dtype) for tensor in tensors] == same(["torch.int64", "torch.int64"])
    numbers = [set(tensor.flatten().tolist()) - {0} for tensor in tensors]
    assert numbers == [{id_ for ids in encoded for id_ in ids}, set(labels)]


@pytest.mark.confirms("to_tensors_keeps_two_axes_for_no_rows")
def test_to_tensors_keeps_two_axes_of_any_width(submission, draw):
    """No rows of width max_len are a tensor [0, max_len]."""
    for max_len in draw.sample(range(5, 5000), 2):
        tensors = submission.to_tensors([], [], max_len=max_len)
        assert [list(tensor.shape) for tensor in tensors] == same([[0, max_len], [0]])


def data(draw, count):
    """Tensors [count, 3] and [count]; every label is another number, and so is every first id."""
    labels = torch.tensor(draw.sample(range(1000), count))
    return torch.stack([labels + 5000, labels * 2, labels * 3], dim=1), labels


def order(found, epoch=0):
    """The labels of one epoch in the order they came."""
    return [int(label) for _, labels in found["epochs"][epoch] for label in labels]


@pytest.mark.confirms("make_loader_serves_rows_in_order")
def test_make_loader_serves_any_rows_in_order(submission, draw):
    """Without shuffle the batches are slices of the data, in every epoch."""
    size = draw.randint(2, 6)
    input_ids, labels = data(draw, size * draw.randint(3, 5))
    found = submission.run("walk_loader", input_ids=input_ids, labels=labels, batch_size=size, num_epochs=2)
    slices = [
        [ids.tolist(), part.tolist()] for ids, part in zip(input_ids.split(size), labels.split(size), strict=True)
    ]
    assert found["epochs"] == same([slices, slices])


@pytest.mark.confirms("make_loader_keeps_the_last_short_batch")
def test_make_loader_keeps_any_last_short_batch(submission, draw):
    """However few rows are left for the last batch, it is there, and 16 rows make a batch unless told."""
    size = draw.randint(3, 7)
    for options, batch_size in (({"batch_size": size}, size), ({}, 16)):
        input_ids, labels = data(draw, 2 * batch_size + draw.randint(1, batch_size - 1))
        found = submission.run("walk_loader", input_ids=input_ids, labels=labels, **options)
        assert [len(part) for _, part in found["epochs"][0]] == same([len(part) for part in labels.split(batch_size)])
        assert sorted(order(found)) == same(sorted(labels.tolist()))


@pytest.mark.confirms("make_loader_shuffles_every_epoch_anew")
def test_make_loader_shuffles_any_rows(submission, draw):
    """Every epoch has all rows once, in another order than the rows and the epoch before."""
    input_ids, labels = data(draw, draw.randint(24, 40))
    settings = {"shuffle": True, "seed": draw.randrange(1000), "num_epochs": 4}
    found = submission.run("walk_loader", input_ids=input_ids, labels=labels, **settings)
    orders = [order(found, epoch) for epoch in range(4)]
    assert [sorted(order) for order in orders] == same([sorted(labels.tolist())] * 4)
    assert labels.tolist() not in orders
    assert len({tuple(order) for order in orders}) > 1


@pytest.mark.confirms("make_loader_keeps_ids_and_labels_together")
def test_make_loader_keeps_any_ids_and_labels_together(submission, draw):
    """Every row of ids comes with the label that it had."""
    input_ids, labels = data(draw, draw.randint(20, 40))
    found = submission.run(
        "walk_loader", input_ids=input_ids, labels=labels, shuffle=True, seed=draw.randrange(1000), batch_size=7
    )
    pairs = [pair for ids, part in found["epochs"][0] for pair in zip(ids.tolist(), part.tolist(), strict=True)]
    assert sorted(pairs) == same(sorted(zip(input_ids.tolist(), labels.tolist(), strict=True)))


@pytest.mark.confirms("make_loader_follows_its_seed")
def test_make_loader_follows_any_seed(submission, draw):
    """Loaders of one seed give all rows in one order, whatever the global numbers are; other seeds give others."""
    input_ids, labels = data(draw, 32)  # two batches, none of them short
    seed, *others = draw.sample(range(10_000), 3)
    numbers = draw.sample(range(10_000), 4)
    found = [
        submission.run(
            "walk_loader", input_ids=input_ids, labels=labels, shuffle=True, seed=one, num_epochs=2, random_seed=number
        )
        for one, number in zip((seed, seed, *others), numbers, strict=True)
    ]
    first, again, *rest = [[order(one, 0), order(one, 1)] for one in found]
    assert [sorted(one) for both in (first, again, *rest) for one in both] == same([sorted(labels.tolist())] * 8)
    assert again == same(first)
    assert any(one != first for one in rest)


@pytest.mark.confirms("make_loader_leaves_global_random_numbers_alone")
def test_make_loader_leaves_any_random_numbers_alone(submission, draw):
    """All rows come, and the global numbers go on as if nothing had been drawn."""
    for shuffle in draw.sample([True, False], 2):
        input_ids, labels = data(draw, 16)
        number = draw.randrange(10_000)
        found = submission.run(
            "walk_loader",
            input_ids=input_ids,
            labels=labels,
            shuffle=shuffle,
            seed=draw.randrange(1000),
            random_seed=number,
        )
        assert sorted(order(found)) == same(sorted(labels.tolist()))
        assert found["next_numbers"] == close(undisturbed(number, with_torch=True))
