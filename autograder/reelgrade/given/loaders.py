"""Batches of dictionaries for the fine-tuned model, and predictions from either kind of model."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader


def text_loader(
    encodings: Mapping[str, Tensor],
    labels: Sequence[int] | Tensor,
    batch_size: int = 16,
    shuffle: bool = False,
    seed: int = 0,
) -> DataLoader[dict[str, Tensor]]:
    """Serve {input_ids, attention_mask, labels} batches, in order or shuffled.

    `encodings` holds int64 tensors input_ids and attention_mask, both [n, max_len]; other entries
    are left out. Two loaders of one seed give the same epochs, consecutive epochs differ when
    shuffled, the last short batch is kept, and nobody else's random numbers change.

    >>> ids = torch.tensor([[101, 5, 102], [101, 6, 102]])
    >>> batch = next(iter(text_loader({"input_ids": ids, "attention_mask": torch.ones_like(ids)}, [2, 0])))
    >>> sorted(batch), batch["labels"]
    (['attention_mask', 'input_ids', 'labels'], tensor([2, 0]))
    """
    columns = {
        "input_ids": encodings["input_ids"],
        "attention_mask": encodings["attention_mask"],
        "labels": torch.as_tensor(labels, dtype=torch.long),
    }
    rows = [
        {name: column[index] for name, column in columns.items()} for index in range(len(columns["labels"]))
    ]  # a list is a map-style dataset
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(rows, batch_size=batch_size, shuffle=shuffle, generator=generator)  # type: ignore[arg-type]


def predict(model: nn.Module, loader: DataLoader[Any]) -> list[int]:
    """Give the most likely class of every example, in the loader's order.

    Takes the (input_ids, labels) batches of the baseline and the dictionaries of the fine-tuned
    model. The model runs in eval mode without a graph and is left in the mode it was in.

    >>> model = nn.Linear(2, 3)
    >>> len(predict(model, DataLoader([(torch.ones(2), 0), (torch.zeros(2), 1)])))
    2
    """
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return [int(class_id) for batch in loader for class_id in _logits(model, batch).argmax(dim=-1)]
    finally:
        model.train(was_training)


def _logits(model: nn.Module, batch: Any) -> Tensor:
    device = next(model.parameters()).device
    if isinstance(batch, Mapping):
        inputs = {name: tensor.to(device) for name, tensor in batch.items() if name != "labels"}
        return torch.as_tensor(model(**inputs).logits)
    return torch.as_tensor(model(batch[0].to(device)))
