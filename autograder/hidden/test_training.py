"""Hidden checks of exercise 6a: the steps of the toy model, followed by formula.

The toy's logits are input * weights and its loss the squared distance to the one-hot label, so the
gradient of a batch is the mean of 2 * input * (logits - one-hot). Numbers are quarters: sums are exact.
"""

import numpy as np
import pytest
import torch

from reelgrade.grading.expect import close, same


def quarters(draw, count, low=-8, high=8):
    """So many different quarters, none of them 0."""
    return [number / 4 for number in draw.sample([n for n in range(low, high + 1) if n], count)]


def examples(draw, start, count):
    """Inputs [count, 2] and labels [count] for which logits never tie; both labels occur."""
    inputs = []
    while len(inputs) < count:
        row = quarters(draw, 2)
        if row[0] * start[0] != row[1] * start[1]:
            inputs.append(row)
    labels = [0, 1, *(draw.randrange(2) for _ in range(count - 2))]
    draw.shuffle(labels)
    return np.array(inputs), np.array(labels)


def tensors(inputs, labels):
    return {"inputs": torch.tensor(inputs, dtype=torch.float32), "labels": torch.tensor(labels)}


def errors(inputs, labels, weights, shift=0.0):
    """Logits less one-hot labels [batch, 2]."""
    return inputs * weights + [shift, 0.0] - np.eye(2)[labels]


def loss(*figures):
    """Squared distance, mean over the examples."""
    return float((errors(*figures) ** 2).sum(axis=1).mean())


def right(inputs, labels, weights):
    """Share of examples whose label has the larger logit."""
    return float(((inputs * weights).argmax(axis=1) == labels).mean())


@pytest.mark.confirms("train_epoch_clears_old_gradients")
def test_train_epoch_follows_the_gradient_of_each_batch(submission, draw):
    """After several batches the weights are where single steps along each batch's own gradient lead."""
    start, lr, size = quarters(draw, 2), draw.choice([0.03125, 0.0625]), draw.randint(1, 3)
    inputs, labels = examples(draw, start, size * draw.randint(3, 5))
    weights = np.array(start)
    for first in range(0, len(labels), size):
        batch = inputs[first : first + size], labels[first : first + size]
        weights = weights - lr * (2 * batch[0] * errors(*batch, weights)).mean(axis=0)
    found = submission.run("train_toy", start=start, lr=lr, batch_size=size, **tensors(inputs, labels))
    assert found["weights"] == close(weights)


@pytest.mark.confirms("train_epoch_averages_per_example")
def test_train_epoch_averages_over_any_batches(submission, draw):
    """Loss and accuracy are means over all examples, however they fall into batches."""
    start, size = quarters(draw, 2), draw.randint(2, 4)
    inputs, labels = examples(draw, start, size * draw.randint(2, 4) + 1)
    found = submission.run("train_toy", start=start, lr=0.0, batch_size=size, **tensors(inputs, labels))
    assert found["loss"] == close(loss(inputs, labels, start))
    assert found["accuracy"] == close(right(inputs, labels, start))


@pytest.mark.confirms("train_epoch_trains_in_train_mode")
def test_train_epoch_trains_in_train_mode_whatever_it_shifts(submission, draw):
    """The loss is that of train mode, also where the model came in eval mode."""
    start, (shift, other) = quarters(draw, 2), quarters(draw, 2, low=9, high=20)
    inputs, labels = examples(draw, start, draw.randint(3, 6))
    found = submission.run(
        "train_toy",
        start=start,
        lr=0.0,
        batch_size=len(labels),
        shifts={"train": shift, "eval": other},
        training=False,
        **tensors(inputs, labels),
    )
    assert found["loss"] == close(loss(inputs, labels, start, shift))


@pytest.mark.confirms("evaluate_lists_labels_and_predictions")
def test_evaluate_lists_any_labels_and_predictions(submission, draw):
    """All labels and predictions come in order, and the weights stay."""
    start = quarters(draw, 2)
    inputs, labels = examples(draw, start, draw.randint(6, 12))
    settings = {"batch_size": draw.randint(2, 5), "training": False, "codes": [1, 2]}
    found = submission.run("evaluate_toy", start=start, **settings, **tensors(inputs, labels))
    assert found["labels"] == same(labels)
    assert found["predictions"] == same((inputs * start).argmax(axis=1))
    assert found["weights"] == close(start)


@pytest.mark.confirms("evaluate_leaves_the_mode_as_it_was")
def test_evaluate_leaves_either_mode_as_it_was(submission, draw):
    """The code of the mode afterwards is the code of the mode before."""
    start, codes = quarters(draw, 2), draw.sample(range(100, 1000), 2)
    settings = {"batch_size": 2, "codes": codes, **tensors(*examples(draw, start, 4))}
    for training in draw.sample([True, False], 2):
        found = submission.run("evaluate_toy", start=start, training=training, **settings)
        assert found["mode"] == same(codes[training])


@pytest.mark.confirms("fit_evaluates_after_each_epoch")
def test_fit_evaluates_after_any_epoch(submission, draw):
    """Where both splits are the same batch, a validation loss is the training loss of the next epoch."""
    num_epochs, count = draw.randint(5, 8), draw.randint(3, 6)
    inputs = torch.tensor([quarters(draw, 2, low=1, high=6) for _ in range(count)])
    data = [inputs, torch.zeros(count, dtype=torch.long)]
    start = [quarters(draw, 1, high=-2)[0], quarters(draw, 1, low=2)[0]]  # far from the best weights
    found = submission.run(
        "fit_toy", start=start, lr=0.25, train=data, val=data, batch_size=count, num_epochs=num_epochs
    )
    assert [len(found["train_loss"]), len(found["val_loss"])] == same([num_epochs] * 2)
    assert found["val_loss"][:-1] == close(found["train_loss"][1:])
    assert found["val_loss"][-1] < found["train_loss"][0]
