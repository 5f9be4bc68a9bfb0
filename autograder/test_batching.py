"""Checks of exercise 4."""

import pytest
import torch

from reelgrade.grading.expect import close, same
from reelgrade.grading.randomness import undisturbed


@pytest.mark.points(1)
def test_pad_appends_padding(submission):
    """A short row gets padding at its end."""
    assert submission.pad([7, 8, 9], max_len=5) == same(
        [7, 8, 9, 0, 0], mistakes={"padding comes on the left": [0, 0, 7, 8, 9]}
    )


@pytest.mark.points(1)
def test_pad_cuts_the_tail(submission):
    """A long row loses its tail."""
    assert submission.pad([7, 8, 9, 4], max_len=2) == same(
        [7, 8], mistakes={"the head is cut, not the tail": [9, 4], "a long row is not cut": [7, 8, 9, 4]}
    )


@pytest.mark.points(0.5)
def test_pad_uses_pad_id(submission):
    """The padding is pad_id, whatever number that is, and 0 unless told."""
    assert submission.pad([7], max_len=3, pad_id=6) == same([7, 6, 6], mistakes={"pad_id is ignored": [7, 0, 0]})
    assert submission.pad([7, 5, 3]) == same([7, 5, 3] + [0] * 125)
    assert submission.pad([], max_len=2) == same([0, 0])


@pytest.mark.points(1)
def test_pad_leaves_its_input_alone(submission):
    """The row you are given stays as it is, whether it is too short or too long."""
    for row, padded in (([7, 8], [7, 8, 0]), ([7, 8, 9, 4, 5], [7, 8, 9])):
        assert submission.pad(row, max_len=3) == same(padded)
        assert submission.changed == [], "pad changed the list that it was given"
    twice = submission.run("pad_in_turn", ids=[7, 8], settings=[{"max_len": 4, "pad_id": 9}, {"max_len": 6}])
    assert twice == same(
        [[7, 8, 9, 9], [7, 8, 0, 0, 0, 0]],
        mistakes={"the first call changed the list": [[7, 8, 9, 9], [7, 8, 9, 9, 0, 0]]},
        forgiven=lambda: [[[7, 8, 0, 0], [7, 8, 0, 0, 0, 0]]],  # another check's topic
    )
    twice = submission.run("pad_in_turn", ids=[7, 8, 9, 4, 5], settings=[{"max_len": 3}, {"max_len": 5}])
    assert twice == same(
        [[7, 8, 9], [7, 8, 9, 4, 5]], mistakes={"the first call changed the list": [[7, 8, 9], [7, 8, 9, 0, 0]]}
    )


@pytest.mark.points(1)
def test_to_tensors_pads_every_row(submission):
    """Ids become a tensor [n, max_len], labels a tensor [n]."""
    input_ids, labels = submission.to_tensors([[5, 6], [7, 8, 9, 4, 3], []], [2, 0, 1], max_len=4)
    assert input_ids == same([[5, 6, 0, 0], [7, 8, 9, 4], [0, 0, 0, 0]])
    assert submission.to_tensors([[5]], [1], max_len=3)[0] == same(
        [[5, 0, 0]], mistakes={"max_len is not reached": [[5]]}
    )
    assert labels == same([2, 0, 1], mistakes={"labels are a column": [[2], [0], [1]]})


@pytest.mark.points(1)
def test_to_tensors_gives_int64(submission):
    """Both tensors hold int64, which is what an embedding and cross-entropy take."""
    tensors = submission.to_tensors([[5, 6]], [2], max_len=2)
    assert [str(tensor.dtype) for tensor in tensors] == same(["torch.int64", "torch.int64"])
    assert [tensor.tolist() for tensor in tensors] == same([[[5, 6]], [2]])


@pytest.mark.points(0.5)
def test_to_tensors_keeps_two_axes_for_no_rows(submission):
    """No rows give a tensor of shape [0, max_len]."""
    input_ids, labels = submission.to_tensors([], [], max_len=4)
    assert [list(input_ids.shape), list(labels.shape)] == same([[0, 4], [0]])


IDS = torch.arange(40).reshape(20, 2)
LABELS = torch.arange(20)


def rows(walked, epoch=0):
    """All labels of one epoch in the order they came."""
    return [int(label) for _, labels in walked["epochs"][epoch] for label in labels]


@pytest.mark.points(1)
def test_make_loader_serves_rows_in_order(submission):
    """Without shuffle the batches follow the order of the rows, of batch_size each, every epoch anew."""
    walked = submission.run("walk_loader", input_ids=IDS[:6], labels=LABELS[:6], batch_size=3, num_epochs=2)
    assert [[ids.tolist(), labels.tolist()] for ids, labels in walked["epochs"][0]] == same(
        [[[[0, 1], [2, 3], [4, 5]], [0, 1, 2]], [[[6, 7], [8, 9], [10, 11]], [3, 4, 5]]]
    )
    assert rows(walked, 1) == same([0, 1, 2, 3, 4, 5])


@pytest.mark.points(1)
def test_make_loader_keeps_the_last_short_batch(submission):
    """The last batch is kept when it is short, and 16 rows make a batch unless told."""
    walked = submission.run("walk_loader", input_ids=IDS, labels=LABELS)
    assert [len(labels) for _, labels in walked["epochs"][0]] == same(
        [16, 4], mistakes={"the last short batch is dropped": [16]}
    )
    assert sorted(rows(walked)) == same(list(range(20)))


@pytest.mark.points(1)
def test_make_loader_shuffles_every_epoch_anew(submission):
    """When shuffled, every row comes once an epoch, and consecutive epochs differ."""
    walked = submission.run("walk_loader", input_ids=IDS, labels=LABELS, shuffle=True, seed=3, num_epochs=3)
    orders = [rows(walked, epoch) for epoch in range(3)]
    assert [sorted(order) for order in orders] == same([list(range(20))] * 3)
    assert orders[0] != list(range(20)), "shuffle=True left the rows in their order"
    assert orders[0] != orders[1] or orders[1] != orders[2], "all epochs have the same order"


@pytest.mark.points(1)
def test_make_loader_keeps_ids_and_labels_together(submission):
    """A row's label travels with its ids."""
    walked = submission.run("walk_loader", input_ids=IDS, labels=LABELS, shuffle=True, seed=5)
    pairs = [
        (int(row[0]), int(label)) for ids, labels in walked["epochs"][0] for row, label in zip(ids, labels, strict=True)
    ]
    assert sorted(pairs) == same([(2 * i, i) for i in range(20)])


@pytest.mark.points(1)
def test_make_loader_follows_its_seed(submission):
    """Two loaders of one seed give the same epochs, loaders of other seeds other ones."""
    walked = [
        submission.run(
            "walk_loader", input_ids=IDS, labels=LABELS, shuffle=True, seed=seed, num_epochs=2, random_seed=i
        )
        for i, seed in enumerate((3, 3, 4, 5))
    ]
    orders = [[rows(one, 0), rows(one, 1)] for one in walked]
    assert [sorted(order) for both in orders for order in both] == same([list(range(20))] * 8)
    assert orders[0] == orders[1], "two loaders of the same seed gave different orders"
    assert orders[0] != orders[2] or orders[0] != orders[3], "three seeds gave the same order"


@pytest.mark.points(1)
def test_make_loader_leaves_global_random_numbers_alone(submission):
    """Making and walking a loader changes nobody else's random numbers, shuffled or not."""
    for shuffle in (False, True):
        walked = submission.run("walk_loader", input_ids=IDS, labels=LABELS, shuffle=shuffle, seed=2, random_seed=9)
        assert sorted(rows(walked)) == same(list(range(20)))
        assert walked["next_numbers"] == close(undisturbed(9, with_torch=True))
