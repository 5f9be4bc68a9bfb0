"""Exercise 8: fine-tune what is not frozen, and stop while the model still generalises.

Batches are dictionaries (input_ids, attention_mask, labels) and move to the device of the model;
`model(**batch)` returns an object with `.loss` (mean over the batch) and `.logits`.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader

from reelgrade.given import History


def make_optimizer(model: nn.Module, lr: float = 5e-4, weight_decay: float = 0.01) -> torch.optim.AdamW:
    """Make an AdamW that holds the trainable parameters, and only those.

    AdamW takes the decay from the weights themselves, apart from the gradient:
    w <- w - lr * (adam_step + weight_decay * w) (Loshchilov & Hutter 2019).

    >>> model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 3))
    >>> _ = model[0].requires_grad_(False)
    >>> sum(len(group["params"]) for group in make_optimizer(model).param_groups)
    2
    """
    ### BEGIN SOLUTION
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return torch.optim.AdamW(trainable, lr=lr, weight_decay=weight_decay)
    ### END SOLUTION


class EarlyStopping:
    """Stop when the validation loss has not improved for `patience` epochs, and keep the best weights.

    An improvement is val_loss < best_loss - min_delta; NaN never is one. Attributes:
    `best_loss` (float, infinity before the first improvement) and `best_epoch` (int, calls of
    `step` counted from 1, 0 before the first improvement).

    >>> model, stopper = nn.Linear(1, 1), EarlyStopping(patience=2)
    >>> [stopper.step(loss, model) for loss in (0.9, 0.5, 0.6, 0.5)]
    [False, False, False, True]
    >>> stopper.best_loss, stopper.best_epoch
    (0.5, 2)
    """

    def __init__(self, patience: int = 5, min_delta: float = 0.0) -> None:
        """Remember the two settings; nothing has been seen yet."""
        ### BEGIN SOLUTION
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = 0
        self.num_steps = 0
        self.best_weights = None
        ### END SOLUTION

    def step(self, val_loss: float, model: nn.Module) -> bool:
        """Take in the loss of one more epoch; True means stop.

        True after `patience` calls in a row without an improvement. On an improvement the weights
        of `model` are kept as a real copy, which later training cannot change.
        """
        ### BEGIN SOLUTION
        import copy

        self.num_steps += 1
        if val_loss < self.best_loss - self.min_delta:
            self.best_loss = float(val_loss)
            self.best_epoch = self.num_steps
            self.best_weights = copy.deepcopy(model.state_dict())
        return self.num_steps - self.best_epoch >= self.patience
        ### END SOLUTION

    def restore(self, model: nn.Module) -> None:
        """Put the best weights back into `model`; RuntimeError before any improvement."""
        ### BEGIN SOLUTION
        if self.best_weights is None:
            raise RuntimeError("no best weights yet: call step() with a loss that improves first")
        model.load_state_dict(self.best_weights)
        ### END SOLUTION


def finetune(
    model: nn.Module,
    train_loader: DataLoader,
    val_loader: DataLoader,
    optimizer: torch.optim.Optimizer,
    max_epochs: int = 50,
    patience: int = 5,
) -> History:
    """Train until the validation loss stops improving, and end with the best weights.

    Each epoch trains on `train_loader` in train mode, then evaluates on `val_loader` in eval mode
    without a graph; `EarlyStopping(patience)` watches the mean validation loss per example. Returns
    a `History` with one entry an epoch run, the last one included. The published notebooks call
    this `train_tinybert_with_eval`.

    >>> from reelgrade.given import load_backbone, text_loader
    >>> tokenizer, model = load_backbone("tiny-random")
    >>> encoded = tokenizer(["a good plot", "a bad cast"], padding=True, return_tensors="pt")
    >>> loader = text_loader(encoded, [2, 1])
    >>> len(finetune(model, loader, loader, make_optimizer(model), max_epochs=2).val_loss)
    2
    """
    ### BEGIN SOLUTION
    device = next(model.parameters()).device

    def run_epoch(loader: DataLoader, training: bool) -> tuple[float, float]:
        model.train(training)
        total_loss, num_right, num_seen = 0.0, 0, 0
        for batch in loader:
            batch = {name: tensor.to(device) for name, tensor in batch.items()}
            with torch.set_grad_enabled(training):
                output = model(**batch)
            if training:
                optimizer.zero_grad()
                output.loss.backward()
                optimizer.step()
            batch_size = len(batch["labels"])
            total_loss += output.loss.item() * batch_size
            num_right += int((output.logits.argmax(dim=-1) == batch["labels"]).sum())
            num_seen += batch_size
        return total_loss / num_seen, num_right / num_seen

    stopper, history = EarlyStopping(patience), History()
    for _ in range(max_epochs):
        train_loss, train_accuracy = run_epoch(train_loader, training=True)
        val_loss, val_accuracy = run_epoch(val_loader, training=False)
        history.train_loss.append(train_loss)
        history.train_accuracy.append(train_accuracy)
        history.val_loss.append(val_loss)
        history.val_accuracy.append(val_accuracy)
        if stopper.step(val_loss, model):
            break
    if stopper.best_epoch > 0:  # every loss was NaN otherwise, and there is nothing to go back to
        stopper.restore(model)
    return history
    ### END SOLUTION
