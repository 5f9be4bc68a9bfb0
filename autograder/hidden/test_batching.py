"""Hidden checks of exercise 4: rows of any length, loaders of any size."""

import pytest
import torch

from reelgrade.grading.expect import same


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


@pytest.mark.confirms("to_tensors_pads_every_row")
def test_to_tensors_pads_any_rows(submission, draw):
    """Shorter rows are padded, longer ones cut, and the labels stay a row of numbers."""
    max_len, count = draw.randint(5, 9), draw.randint(4, 8)
    encoded = [row(draw, draw.randint(0, 2 * max_len)) for _ in range(count)]
    labels = [draw.randrange(3) for _ in range(count)]
    input_ids, found = submission.to_tensors(encoded, labels, max_len=max_len)
    assert input_ids == same([(ids + [0] * max_len)[:max_len] for ids in encoded])
    assert found == same(labels)


def data(draw, count):
    """Tensors [count, 3] and [count]; every label is another number, and so is every first id."""
    labels = torch.tensor(draw.sample(range(1000), count))
    return torch.stack([labels + 5000, labels * 2, labels * 3], dim=1), labels


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


@pytest.mark.confirms("make_loader_shuffles_every_epoch_anew")
def test_make_loader_shuffles_any_rows(submission, draw):
    """Every epoch has all rows once, in another order than the rows and the epoch before."""
    input_ids, labels = data(draw, draw.randint(24, 40))
    settings = {"shuffle": True, "seed": draw.randrange(1000), "num_epochs": 4}
    found = submission.run("walk_loader", input_ids=input_ids, labels=labels, **settings)
    orders = [[int(label) for _, batch in epoch for label in batch] for epoch in found["epochs"]]
    assert [sorted(order) for order in orders] == same([sorted(labels.tolist())] * 4)
    assert labels.tolist() not in orders
    assert len({tuple(order) for order in orders}) > 1
