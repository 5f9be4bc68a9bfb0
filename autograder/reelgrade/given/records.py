"""What training and evaluation hand back."""

from dataclasses import dataclass, field


@dataclass
class History:
    """The curves of one training run: four lists with one entry per epoch that was run.

    Losses are means per example, accuracies shares from 0 to 1.

    >>> history = History()
    >>> history.train_loss.append(1.08)
    >>> history.train_loss, history.val_loss
    ([1.08], [])
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)


@dataclass
class Evaluation:
    """One model measured on one split: mean loss per example, and all labels and predictions.

    >>> Evaluation(0.7, labels=[0, 1, 2, 2], predictions=[0, 1, 1, 2]).accuracy
    0.75
    """

    loss: float
    labels: list[int]
    predictions: list[int]

    @property
    def accuracy(self) -> float:
        """Share of predictions that equal their label; 0.0 where there are none."""
        num_right = sum(label == prediction for label, prediction in zip(self.labels, self.predictions, strict=True))
        return num_right / len(self.labels) if self.labels else 0.0
