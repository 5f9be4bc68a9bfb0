"""Exercise 4: make equally long rows of ids, tensors of them, and batches of those."""

import torch
from jaxtyping import Int64
from torch import Tensor
from torch.utils.data import DataLoader

from reelgrade.given import PAD_ID


def pad(ids: list[int], max_len: int = 128, pad_id: int = PAD_ID) -> list[int]:
    """Bring a row of ids to exactly `max_len`.

    A longer row loses its tail, a shorter one gets `pad_id` appended. The row you are given stays
    as it is. The published notebooks call this `pad_or_truncate`.

    >>> pad([7, 8, 9], max_len=5)
    [7, 8, 9, 0, 0]
    >>> pad([7, 8, 9], max_len=2)
    [7, 8]
    """
    ### BEGIN SOLUTION
    kept = ids[:max_len]
    return kept + [pad_id] * (max_len - len(kept))
    ### END SOLUTION


def to_tensors(
    encoded: list[list[int]], labels: list[int], max_len: int = 128
) -> tuple[Int64[Tensor, "n max_len"], Int64[Tensor, " n"]]:
    """Pad all rows and make tensors of them and of their labels.

    Both tensors hold int64 (`torch.long`), the only type in which cross-entropy takes labels. Returns
    (input_ids [n, max_len], labels [n]), also for n = 0.

    >>> input_ids, labels = to_tensors([[5, 6], [7]], [2, 0], max_len=3)
    >>> input_ids
    tensor([[5, 6, 0],
            [7, 0, 0]])
    >>> labels
    tensor([2, 0])
    """
    ### BEGIN SOLUTION
    rows = [pad(ids, max_len) for ids in encoded]
    input_ids = torch.tensor(rows, dtype=torch.long).reshape(len(rows), max_len)  # [0, max_len] for no rows
    return input_ids, torch.tensor(labels, dtype=torch.long)
    ### END SOLUTION


def make_loader(
    input_ids: Int64[Tensor, "n max_len"],
    labels: Int64[Tensor, " n"],
    batch_size: int = 16,
    shuffle: bool = False,
    seed: int = 0,
) -> DataLoader:
    """Serve (input_ids, labels) batches, in order or shuffled.

    The last batch is kept when it is short. Two loaders of one seed give the same epochs, loaders of
    other seeds other ones; when shuffled, consecutive epochs of one loader differ. All randomness comes from a generator of the
    loader's own, so that walking it leaves `torch.rand` and everybody else's numbers as they were.

    >>> loader = make_loader(torch.tensor([[5, 6], [7, 0], [8, 9]]), torch.tensor([2, 0, 1]), batch_size=2)
    >>> [labels.tolist() for input_ids, labels in loader]
    [[2, 0], [1]]
    """
    ### BEGIN SOLUTION
    from torch.utils.data import TensorDataset

    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(input_ids, labels), batch_size=batch_size, shuffle=shuffle, generator=generator)
    ### END SOLUTION
