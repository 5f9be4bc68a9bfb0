"""Exercise 6a: the training loop of the baseline.

`loss_fn(logits, labels)` is an unweighted mean over the batch, as `nn.CrossEntropyLoss()` gives it.
Batches are (input_ids, labels) and move to the device of the model.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from reelgrade.given import Evaluation, History


def train_epoch(
    model: nn.Module,
    loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> tuple[float, float]:
    """Train for one pass over the loader.

    The model trains in train mode, one optimizer step a batch, each with the gradient of its own
    batch only. Returns (loss, accuracy): the mean loss per example and the share of right
    predictions, both taken from the very forward passes that trained. Per example means that a last
    batch of one row weighs one row, not a whole batch.

    >>> model = nn.Linear(2, 3)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> loader = DataLoader([(torch.ones(2), 0), (torch.zeros(2), 2)], batch_size=2)
    >>> loss, accuracy = train_epoch(model, loader, optimizer, nn.CrossEntropyLoss())
    >>> loss > 0, 0 <= accuracy <= 1
    (True, True)
    """
    # YOUR CODE HERE
    raise NotImplementedError("train_epoch")


def evaluate(model: nn.Module, loader: DataLoader, loss_fn: Callable[[Tensor, Tensor], Tensor]) -> Evaluation:
    """Measure a model without changing it.

    The model runs in eval mode and builds no graph; afterwards it is in the mode it was in before.
    Returns an `Evaluation`: the mean loss per example, and the labels and predictions of all
    examples in the loader's order. The published notebooks call this `evaluate_model`.

    >>> loader = DataLoader([(torch.ones(2), 0), (torch.zeros(2), 2)], batch_size=2)
    >>> evaluate(nn.Linear(2, 3), loader, nn.CrossEntropyLoss()).labels
    [0, 2]
    """
    # YOUR CODE HERE
    raise NotImplementedError("evaluate")


def fit(
    model: nn.Module,
    train_loader: DataLoader,
    val_loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    num_epochs: int,
) -> History:
    """Train with cross-entropy for `num_epochs` epochs and keep the curves.

    After each epoch the model is evaluated on `val_loader`. Returns a `History` with one entry an
    epoch in each of its four lists. The published notebooks call this `train_model`.

    >>> model = nn.Linear(2, 3)
    >>> loader = DataLoader([(torch.ones(2), 0), (torch.zeros(2), 2)], batch_size=2)
    >>> history = fit(model, loader, loader, torch.optim.SGD(model.parameters(), lr=0.1), num_epochs=2)
    >>> len(history.train_loss), len(history.val_accuracy)
    (2, 2)
    """
    # YOUR CODE HERE
    raise NotImplementedError("fit")
