"""Experiments that train for real, on given data and a given model, with one thread and fixed seeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from reelgrade.given import fast, load_backbone, predict, text_loader
from reelgrade.grading.experiments.training import curves

BATCH_SIZE = 16
BASELINE_LR, BASELINE_EPOCHS = 5e-3, 20
FINETUNE_EPOCHS, FINETUNE_PATIENCE = 5, 2


class GivenBaseline(nn.Module):
    """The baseline of the accuracy check: EmbeddingBag of the words that are no padding, and two layers."""

    def __init__(self, vocab_size: int) -> None:
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab_size, 50, mode="mean", padding_idx=0)
        self.layers = nn.Sequential(nn.Linear(50, 100), nn.ReLU(), nn.Linear(100, 3))

    def forward(self, input_ids: Tensor) -> Tensor:
        """[batch, seq_len] -> [batch, 3]."""
        return torch.as_tensor(self.layers(self.bag(input_ids)))


def train_baseline(
    holes: Any, train_ids: Tensor, train_labels: Tensor, judged_ids: Tensor, vocab_size: int, seeds: list[int]
) -> list[list[int]]:
    """Train a given bag of embeddings by your fit (Adam 5e-3, 20 epochs); returns its predictions for each seed."""
    with _one_thread():
        runs = [_baseline_run(holes, train_ids, train_labels, judged_ids, vocab_size, seed) for seed in seeds]
    return [predictions for _, predictions in runs]


def show_baseline(
    holes: Any, train_ids: Tensor, train_labels: Tensor, judged_ids: Tensor, vocab_size: int, seeds: list[int]
) -> dict[str, Any]:
    """Train once as train_baseline does, for a picture; returns the curves and the predictions."""
    with _one_thread():
        history, predictions = _baseline_run(holes, train_ids, train_labels, judged_ids, vocab_size, seeds[0])
    return {"curves": curves(history), "predictions": predictions}


def _baseline_run(
    holes: Any, train_ids: Tensor, train_labels: Tensor, judged_ids: Tensor, vocab_size: int, seed: int
) -> tuple[Any, list[int]]:
    torch.manual_seed(seed)
    model = GivenBaseline(vocab_size)
    watched = torch.arange(0, len(train_ids), 10)  # fit wants something to evaluate on; its curve is not judged
    train = _loader(train_ids, train_labels, shuffle_seed=seed)
    val = _loader(train_ids[watched], train_labels[watched])
    history = holes.fit(model, train, val, torch.optim.Adam(model.parameters(), lr=BASELINE_LR), BASELINE_EPOCHS)
    return history, predict(model, _loader(judged_ids, torch.zeros(len(judged_ids), dtype=torch.long)))


def _loader(ids: Tensor, labels: Tensor, shuffle_seed: int | None = None) -> "DataLoader[Any]":
    generator = torch.Generator().manual_seed(shuffle_seed or 0)
    return DataLoader(TensorDataset(ids, labels), BATCH_SIZE, shuffle=shuffle_seed is not None, generator=generator)


def finetune_backbone(
    holes: Any, train: dict[str, Tensor], val: dict[str, Tensor], judged: dict[str, Tensor], seeds: list[int]
) -> list[list[int]]:
    """Fine-tune the top layer of minilm-4l by your make_optimizer and finetune (up to 5 epochs, patience 2).

    `train` and `val` hold input_ids, attention_mask and labels, `judged` no labels. Returns the
    predictions for each seed.
    """
    with _one_thread():
        first = _frozen_backbone(seeds[0])  # while it lives, all seeds share its frozen states
        predict(first, text_loader(train, train["labels"], BATCH_SIZE))
        return [_finetuned_run(holes, train, val, judged, seed)[1] for seed in seeds]


def show_finetuning(
    holes: Any, train: dict[str, Tensor], val: dict[str, Tensor], judged: dict[str, Tensor], seeds: list[int]
) -> dict[str, Any]:
    """Fine-tune once as finetune_backbone does, for a picture; returns the curves and the predictions."""
    with _one_thread():
        history, predictions = _finetuned_run(holes, train, val, judged, seeds[0])
    return {"curves": curves(history), "predictions": predictions}


def _finetuned_run(
    holes: Any,
    train: dict[str, Tensor],
    val: dict[str, Tensor],
    judged: dict[str, Tensor],
    seed: int,
) -> tuple[Any, list[int]]:
    model = _frozen_backbone(seed)
    train_loader = text_loader(train, train["labels"], BATCH_SIZE, shuffle=True, seed=seed)
    val_loader = text_loader(val, val["labels"], BATCH_SIZE)
    optimizer = holes.make_optimizer(model)
    limits = {"max_epochs": FINETUNE_EPOCHS, "patience": FINETUNE_PATIENCE}
    history = holes.finetune(model, train_loader, val_loader, optimizer, **limits)
    return history, predict(model, text_loader(judged, torch.zeros(len(judged["input_ids"])), BATCH_SIZE))


def _frozen_backbone(seed: int) -> nn.Module:
    """Load the backbone with a classifier of this seed; its top layer and the classifier train."""
    torch.manual_seed(seed)
    _, bert = load_backbone("minilm-4l")
    bert.requires_grad_(False)
    bert.bert.encoder.layer[3].requires_grad_(True)
    bert.classifier.requires_grad_(True)
    return fast(bert)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Train with one thread, so that the same seed gives the same digits on any number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
