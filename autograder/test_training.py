"""Checks of exercise 6a: steps and curves that can be worked out by hand."""

import pytest
import torch

from reelgrade.grading.expect import close, same

INPUTS, LABELS = torch.tensor([[1.0, 2.0], [3.0, 1.0]]), torch.tensor([0, 1])
RAGGED, RAGGED_LABELS = torch.tensor([[1.0, 0.0], [0.0, 1.0], [3.0, 0.0]]), torch.tensor([0, 1, 1])


def train(submission, **changes):
    settings = {"start": [1.0, -2.0], "lr": 0.1, "inputs": INPUTS, "labels": LABELS, "batch_size": 1}
    return submission.run("train_toy", **{**settings, **changes})


@pytest.mark.points(1)
def test_train_epoch_takes_one_step_a_batch(submission):
    """Each batch means one step of the optimizer along the gradient of loss_fn."""
    one = train(submission, inputs=INPUTS[:1], labels=LABELS[:1])
    assert one["weights"] == close([1.0, -0.4], mistakes={"the optimizer never steps": [1.0, -2.0]})


@pytest.mark.points(1)
def test_train_epoch_clears_old_gradients(submission):
    """Each step must use the gradient of its own batch only."""
    two = train(submission)
    assert two["weights"] == close(
        [-0.8, -0.12],
        mistakes={
            "the gradient of the batch before is still there: zero_grad is missing": [-0.8, 1.48],
            "there is one step an epoch, not one a batch": [-0.8, -0.52],
        },
    )


@pytest.mark.points(1)
def test_train_epoch_reports_the_training_forwards(submission):
    """Loss and accuracy come from the forward passes that trained, before each step."""
    two = train(submission)
    assert two["loss"] == close(13.48)
    assert two["accuracy"] == close(0.5)


@pytest.mark.points(1)
def test_train_epoch_averages_per_example(submission):
    """A last batch of one row weighs one row, not a whole batch."""
    found = train(submission, start=[1.0, 1.0], lr=0.0, inputs=RAGGED, labels=RAGGED_LABELS, batch_size=2)
    assert found["loss"] == close(10 / 3, mistakes={"the loss is averaged per batch": 5.0})
    assert found["accuracy"] == close(2 / 3, mistakes={"the accuracy is averaged per batch": 0.5})


@pytest.mark.points(1)
def test_train_epoch_trains_in_train_mode(submission):
    """The model is in train mode while it trains, however it came."""
    found = train(
        submission,
        start=[1.0, 1.0],
        lr=0.0,
        inputs=torch.tensor([[1.0, 0.0]]),
        labels=torch.tensor([0]),
        shifts={"train": 2.0, "eval": 5.0},
        training=False,
    )
    assert found["loss"] == close(4.0, mistakes={"the model is still in eval mode": 25.0})


def measure(submission, **changes):
    settings = {"start": [1.0, 1.0], "inputs": RAGGED, "labels": RAGGED_LABELS, "batch_size": 2, "training": False}
    return submission.run("evaluate_toy", **{**settings, "codes": [31, 64], **changes})


@pytest.mark.points(0.5)
def test_evaluate_lists_labels_and_predictions(submission):
    """Labels and predictions of all examples, in the loader's order; the weights stay as they are."""
    found = measure(submission)
    assert found["labels"] == same([0, 1, 1], mistakes={"labels and predictions change places": [0, 1, 0]})
    assert found["predictions"] == same([0, 1, 0])
    assert found["weights"] == close([1.0, 1.0])


@pytest.mark.points(0.5)
def test_evaluate_averages_per_example(submission):
    """The loss is a mean per example, over a short last batch too."""
    assert measure(submission)["loss"] == close(10 / 3, mistakes={"the loss is averaged per batch": 5.0})


@pytest.mark.points(1)
def test_evaluate_measures_in_eval_mode(submission):
    """Dropout and the like are off while a model is measured."""
    assert measure(submission, training=True, shifts={"train": 6.0})["loss"] == close(10 / 3)


@pytest.mark.points(1)
def test_evaluate_leaves_the_mode_as_it_was(submission):
    """A model in train mode comes back in train mode, one in eval mode in eval mode."""
    found = [measure(submission, training=training, codes=[57, 83]) for training in (True, False)]
    assert [[one["labels"], one["predictions"]] for one in found] == same([[[0, 1, 1], [0, 1, 0]]] * 2)
    assert [one["mode"] for one in found] == same(
        [83, 57], mistakes={"the model is left in eval mode": [57, 57], "the model is left in train mode": [83, 83]}
    )


@pytest.mark.points(1)
def test_evaluate_builds_no_graph(submission):
    """Measuring needs no gradients, and should not pay for them."""
    assert measure(submission, shifts={"graph": 7.0})["loss"] == close(10 / 3)


TRAIN = [torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 0])]
VAL = [torch.tensor([[2.0, 0.0]]), torch.tensor([0])]


def descent(inputs, labels, start, lr, num_epochs):
    """The cross-entropy of the toy before each epoch of one batch, and after the last one."""
    weights, losses = torch.tensor(start, requires_grad=True), []
    optimizer = torch.optim.SGD([weights], lr=lr)
    for _ in range(num_epochs + 1):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(inputs * weights, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@pytest.mark.points(0.5)
def test_fit_keeps_one_entry_an_epoch(submission):
    """After three epochs each of the four lists has three entries, of the right split."""
    found = submission.run("fit_toy", start=[1.0, 1.0], lr=0.0, train=TRAIN, val=VAL, batch_size=2, num_epochs=3)
    assert found["train_loss"] == close([0.8132617] * 3)
    assert found["val_loss"] == close([0.1269280] * 3)
    assert [found["train_accuracy"], found["val_accuracy"]] == close([[0.5] * 3, [1.0] * 3])


@pytest.mark.points(0.5)
def test_fit_evaluates_after_each_epoch(submission):
    """The validation figures belong to the weights after the epoch: on equal data they are the next training figures."""
    found = submission.run("fit_toy", start=[0.5, 0.2], lr=0.5, train=TRAIN, val=TRAIN, batch_size=2, num_epochs=4)
    losses = descent(*TRAIN, [0.5, 0.2], lr=0.5, num_epochs=4)
    assert found["val_loss"] == close(
        losses[1:], mistakes={"the validation figures are those before the epoch": losses[:-1]}
    )
    assert found["train_loss"] == close(losses[:-1])


@pytest.mark.points(6)
@pytest.mark.accuracy("train_epoch", "evaluate", "fit")
def test_fit_learns_to_tell_aspects_apart(submission, judged):
    """Twenty epochs of your fit on the real reviews reach the accuracy that a correct loop reaches."""
    predictions = submission.run("train_baseline", **judged.baseline)
    judged.award("training", predictions)
