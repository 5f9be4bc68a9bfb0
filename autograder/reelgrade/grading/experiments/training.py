"""Experiments with the training loop: a model so small that its steps can be worked out by hand.

`Toy` multiplies an input [batch, 2] by two weights and takes the product as logits; the loss is the
squared distance to the one-hot label, a mean over the batch. What depends on the mode of the model, or on
whether a graph is built, shows in the numbers, by shifts that the judge chooses.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Toy(nn.Module):
    """Logits = input * weights, plus what the judge shifts them by in each situation."""

    def __init__(self, start: list[float], shifts: dict[str, float]) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.tensor(start))
        self.shifts = shifts

    def forward(self, inputs: Tensor) -> Tensor:
        """[batch, 2] -> [batch, 2]."""
        mode = "train" if self.training else "eval"
        shift = self.shifts.get(mode, 0.0) + (self.shifts.get("graph", 0.0) if torch.is_grad_enabled() else 0.0)
        return inputs * self.weights + shift * torch.tensor([1.0, 0.0])


def squared_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Squared distance to the one-hot label, mean over the batch."""
    target = F.one_hot(labels, 2).to(logits.dtype)
    return ((logits - target) ** 2).sum(dim=1).mean()


def train_toy(
    holes: Any,
    start: list[float],
    lr: float,
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    shifts: dict[str, float] | None = None,
    training: bool = False,
    num_epochs: int = 1,
) -> dict[str, Any]:
    """Train logits = input * weights with SGD by your train_epoch.

    The loss is the squared distance to the one-hot label. Returns weights, and loss and accuracy of the last epoch.
    """
    model = Toy(start, shifts or {}).train(training)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = accuracy = 0.0
    for _ in range(num_epochs):
        loss, accuracy = holes.train_epoch(model, _loader(inputs, labels, batch_size), optimizer, squared_loss)
    return {"weights": model.weights.tolist(), "loss": _number(loss), "accuracy": _number(accuracy)}


def evaluate_toy(
    holes: Any,
    start: list[float],
    inputs: Tensor,
    labels: Tensor,
    batch_size: int,
    training: bool,
    codes: list[int],
    shifts: dict[str, float] | None = None,
) -> dict[str, Any]:
    """Measure logits = input * weights by your evaluate.

    Returns what came back, the weights, and the code (of two) for the mode the model was left in.
    """
    model = Toy(start, shifts or {}).train(training)
    found = holes.evaluate(model, _loader(inputs, labels, batch_size), squared_loss)
    return {
        "loss": _number(found.loss),
        "labels": [int(label) for label in found.labels],
        "predictions": [int(prediction) for prediction in found.predictions],
        "accuracy": _number(found.accuracy),
        "weights": model.weights.tolist(),
        "mode": codes[model.training],
    }


def fit_toy(
    holes: Any,
    start: list[float],
    lr: float,
    train: list[Tensor],
    val: list[Tensor],
    batch_size: int,
    num_epochs: int,
    shifts: dict[str, float] | None = None,
) -> dict[str, Any]:
    """Train logits = input * weights with SGD by your fit; returns its curves and the weights."""
    model = Toy(start, shifts or {})
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    train_loader, val_loader = (_loader(inputs, labels, batch_size) for inputs, labels in (train, val))
    history = holes.fit(model, train_loader, val_loader, optimizer, num_epochs)
    return {**curves(history), "weights": model.weights.tolist()}


def curves(history: Any) -> dict[str, list[float]]:
    """Read the four lists of a History as Python numbers."""
    names = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    return {name: [_number(value) for value in getattr(history, name)] for name in names}


def _loader(inputs: Tensor, labels: Tensor, batch_size: int) -> "DataLoader[Any]":
    return DataLoader(TensorDataset(inputs, labels), batch_size=batch_size, generator=torch.Generator())


def _number(value: Any) -> float:
    return float(value.detach() if isinstance(value, Tensor) else value)
