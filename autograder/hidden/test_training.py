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


def batches(inputs, labels, size):
    """The batches of one epoch, each inputs and labels."""
    return [(inputs[first : first + size], labels[first : first + size]) for first in range(0, len(labels), size)]


def path(inputs, labels, start, lr, size):
    """The weights before each batch of one epoch, and after the last one."""
    weights = [np.array(start)]
    for batch in batches(inputs, labels, size):
        weights.append(weights[-1] - lr * (2 * batch[0] * errors(*batch, weights[-1])).mean(axis=0))
    return weights


@pytest.mark.confirms("train_epoch_takes_one_step_a_batch")
def test_train_epoch_takes_one_step_for_any_batch(submission, draw):
    """After a single batch the weights are where one step along its gradient leads."""
    start, lr = quarters(draw, 2), draw.choice([0.03125, 0.0625])
    inputs, labels = examples(draw, start, draw.randint(2, 6))
    found = submission.run("train_toy", start=start, lr=lr, batch_size=len(labels), **tensors(inputs, labels))
    assert found["weights"] == close(path(inputs, labels, start, lr, len(labels))[-1])


@pytest.mark.confirms("train_epoch_clears_old_gradients")
def test_train_epoch_follows_the_gradient_of_each_batch(submission, draw):
    """After several batches the weights are where single steps along each batch's own gradient lead."""
    start, lr, size = quarters(draw, 2), draw.choice([0.03125, 0.0625]), draw.randint(1, 3)
    inputs, labels = examples(draw, start, size * draw.randint(3, 5))
    found = submission.run("train_toy", start=start, lr=lr, batch_size=size, **tensors(inputs, labels))
    assert found["weights"] == close(path(inputs, labels, start, lr, size)[-1])


def clear_path(draw, lr, size):
    """A start and examples for which no logits tie on the way through two batches."""
    while True:
        start = quarters(draw, 2)
        inputs, labels = examples(draw, start, size * 2)
        weights = path(inputs, labels, start, lr, size)
        logits = np.concatenate(
            [part * w for (part, _), w in zip(batches(inputs, labels, size), weights[:-1], strict=True)]
        )
        if np.abs(logits[:, 0] - logits[:, 1]).min() > 1e-3:
            return start, inputs, labels, weights


@pytest.mark.confirms("train_epoch_reports_the_training_forwards")
def test_train_epoch_reports_any_training_forwards(submission, draw):
    """Loss and accuracy of each batch are those of the weights before its step."""
    lr, size = draw.choice([0.03125, 0.0625]), draw.randint(2, 4)
    start, inputs, labels, weights = clear_path(draw, lr, size)
    found = submission.run("train_toy", start=start, lr=lr, batch_size=size, **tensors(inputs, labels))
    seen = list(zip(batches(inputs, labels, size), weights[:-1], strict=True))
    assert found["loss"] == close(np.mean([loss(*batch, before) for batch, before in seen]).item())
    assert found["accuracy"] == close(np.mean([right(*batch, before) for batch, before in seen]).item())


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


def measure(submission, start, inputs, labels, **changes):
    settings = {"batch_size": len(labels), "training": False, "codes": [1, 2], **changes}
    return submission.run("evaluate_toy", start=start, **settings, **tensors(inputs, labels))


@pytest.mark.confirms("evaluate_averages_per_example")
def test_evaluate_averages_over_any_batches(submission, draw):
    """The loss is a mean over all examples, however they fall into batches."""
    start, size = quarters(draw, 2), draw.randint(2, 4)
    inputs, labels = examples(draw, start, size * draw.randint(2, 4) + 1)
    assert measure(submission, start, inputs, labels, batch_size=size)["loss"] == close(loss(inputs, labels, start))


@pytest.mark.confirms("evaluate_measures_in_eval_mode")
def test_evaluate_measures_in_eval_mode_whatever_it_shifts(submission, draw):
    """The loss is that of eval mode, also where the model came in train mode."""
    start, (shift, other) = quarters(draw, 2), quarters(draw, 2, low=9, high=20)
    inputs, labels = examples(draw, start, draw.randint(3, 6))
    found = measure(submission, start, inputs, labels, training=True, shifts={"eval": shift, "train": other})
    assert found["loss"] == close(loss(inputs, labels, start, shift))


@pytest.mark.confirms("evaluate_leaves_the_mode_as_it_was")
def test_evaluate_leaves_either_mode_as_it_was(submission, draw):
    """The code of the mode afterwards is the code of the mode before."""
    start, codes = quarters(draw, 2), draw.sample(range(100, 1000), 2)
    inputs, labels = examples(draw, start, draw.randint(5, 9))
    for training in draw.sample([True, False], 2):
        found = measure(submission, start, inputs, labels, training=training, codes=codes)
        assert found["mode"] == same(codes[training])
        assert labels.tolist() in (found["labels"], found["predictions"])


@pytest.mark.confirms("evaluate_builds_no_graph")
def test_evaluate_builds_no_graph_whatever_it_shifts(submission, draw):
    """The loss is that of a forward pass without a graph."""
    start, (shift,) = quarters(draw, 2), quarters(draw, 1, low=9, high=20)
    inputs, labels = examples(draw, start, draw.randint(3, 6))
    found = measure(submission, start, inputs, labels, shifts={"graph": shift})
    assert found["loss"] == close(loss(inputs, labels, start))


def cross_entropy(inputs, labels, weights):
    """Cross-entropy of the toy's logits, mean over the examples."""
    logits = torch.tensor(inputs * weights, dtype=torch.float64)
    return torch.nn.functional.cross_entropy(logits, torch.tensor(labels)).item()


@pytest.mark.confirms("fit_keeps_one_entry_an_epoch")
def test_fit_keeps_one_entry_for_any_epoch(submission, draw):
    """Where nothing is learnt, each epoch has the cross-entropy and the accuracy of the start, of either split."""
    start, num_epochs = quarters(draw, 2), draw.randint(4, 7)
    train, val = examples(draw, start, 6), examples(draw, start, draw.randint(3, 6))
    data = {name: list(tensors(*split).values()) for name, split in (("train", train), ("val", val))}
    found = submission.run("fit_toy", start=start, lr=0.0, batch_size=6, num_epochs=num_epochs, **data)
    assert [found["train_loss"], found["val_loss"]] == close(
        [[cross_entropy(*split, start)] * num_epochs for split in (train, val)]
    )
    assert [found["train_accuracy"], found["val_accuracy"]] == close(
        [[right(*split, start)] * num_epochs for split in (train, val)]
    )


def descent(inputs, labels, start, lr, num_epochs):
    """The cross-entropy of the toy before each epoch of one batch, and after the last one."""
    weights, losses = torch.tensor(start), []
    for _ in range(num_epochs + 1):
        logits = inputs * weights
        losses.append(torch.nn.functional.cross_entropy(logits, labels).item())
        gradient = inputs * (logits.softmax(dim=1) - torch.nn.functional.one_hot(labels, 2))
        weights = weights - lr * gradient.mean(dim=0)
    return losses


@pytest.mark.confirms("fit_evaluates_after_each_epoch")
def test_fit_evaluates_after_any_epoch(submission, draw):
    """Where both splits are the same batch, a validation loss is the training loss of the next epoch."""
    num_epochs, count = draw.randint(5, 8), draw.randint(3, 6)
    inputs, labels = np.array([quarters(draw, 2, low=1, high=6) for _ in range(count)]), np.zeros(count, dtype=np.int64)
    data = list(tensors(inputs, labels).values())
    start = [quarters(draw, 1, high=-2)[0], quarters(draw, 1, low=2)[0]]  # far from the best weights
    found = submission.run(
        "fit_toy", start=start, lr=0.25, train=data, val=data, batch_size=count, num_epochs=num_epochs
    )
    losses = descent(*data, start, 0.25, num_epochs)
    assert [found["train_loss"], found["val_loss"]] == close([losses[:-1], losses[1:]])
