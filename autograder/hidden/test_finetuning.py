"""Hidden checks of exercise 8: losses are made of improvements and the waiting between them."""

import math
from itertools import pairwise

import pytest

from reelgrade.grading.expect import close, raises, same

NAN = float("nan")


@pytest.mark.confirms("make_optimizer_holds_what_trains")
def test_make_optimizer_holds_what_trains_in_any_model(submission, draw):
    """The number of parameters held is that of the layers which are not frozen."""
    widths = draw.sample(range(5, 20), draw.randint(4, 6))
    sizes = [(a + 1) * b for a, b in pairwise(widths)]
    frozen = draw.sample(range(len(sizes)), draw.randint(1, len(sizes) - 1))
    found = submission.run("step_of_optimizer", start=1.0, gradient=1.0, widths=widths, frozen=frozen)
    assert found["held"] == same(sum(sizes) - sum(sizes[index] for index in frozen))


@pytest.mark.confirms("make_optimizer_makes_adamw")
def test_make_optimizer_makes_adamw_of_any_settings(submission, draw):
    """A first step takes lr for the sign of the gradient and lr * weight_decay of the weight itself."""
    start, gradient = draw.uniform(1.0, 4.0), draw.choice([-1, 1]) * draw.uniform(1.0, 5.0)
    lr, decay = draw.uniform(0.01, 0.2), draw.uniform(0.1, 0.9)
    settings = {"start": start, "gradient": gradient, "lr": lr, "weight_decay": decay}
    found = submission.run("step_of_optimizer", widths=[4, 3, 2], frozen=[], **settings)
    weight = start - lr * (math.copysign(1.0, gradient) + decay * start)
    assert found["weights"] == close([weight, weight])
    assert found["is_adamw"] == same(True)


def falling(draw, count):
    """So many losses, each at least 1/8 below the one before, down to 2."""
    steps = [draw.randint(1, 4) for _ in range(count)]
    return [2 + sum(steps[index:-1]) / 8 for index in range(count)]


def waiting(draw, best, count):
    """So many losses, each at least 1/8 above the one before."""
    steps = [draw.randint(1, 4) for _ in range(count)]
    return [best + sum(steps[: index + 1]) / 8 for index in range(count)]


def growth(draw):
    """The start of a weight and its growth a step; no sum is whole, as the visible ones are."""
    return {"start": draw.randint(5, 50_000) + 0.25, "grow": draw.randint(1, 200) / 2}


def stop(submission, draw, losses, **settings):
    """What step answered to these losses, and the best of them; the weight has grown with each."""
    weight = growth(draw)
    found = submission.run("stop_early", losses=losses, settings=settings, **weight)
    assert found["weight"] == close(weight["start"] + weight["grow"] * len(losses))
    return found


def epochs(draw, patience, worse, step=1):
    """Losses with several improvements by `step` eighths or more, and the right answers to them.

    After each improvement come up to `patience` losses that are none: the best one so far plus one of `worse`.
    """
    losses, answers, best = [], [], 20.0
    waits = [patience, patience, *(draw.randint(0, patience) for _ in range(3))]
    for wait in draw.sample(waits, len(waits)):
        best -= draw.randint(step, step + 3) / 8
        losses += [best, *(best + draw.choice(worse) for _ in range(wait))]
        answers += [False, *(count == patience for count in range(1, wait + 1))]
    return losses, answers


@pytest.mark.confirms("early_stopping_counts_patience")
def test_early_stopping_counts_any_patience(submission, draw):
    """After the last improvement step says True at call number `patience`, and not before."""
    losses, patience = falling(draw, draw.randint(6, 9)), draw.randint(3, 6)
    found = stop(submission, draw, losses + waiting(draw, losses[-1], patience), patience=patience)
    assert found["answers"] == same([False] * (len(losses) + patience - 1) + [True])


@pytest.mark.confirms("early_stopping_starts_anew_after_an_improvement")
def test_early_stopping_starts_anew_after_any_improvement(submission, draw):
    """Only `patience` losses in a row that are not below the best one are answered with True."""
    patience = draw.randint(2, 4)
    losses, answers = epochs(draw, patience, worse=[number / 8 for number in range(1, 9)])
    assert stop(submission, draw, losses, patience=patience)["answers"] == same(answers)


@pytest.mark.confirms("early_stopping_wants_less_than_the_best")
def test_early_stopping_wants_less_than_any_best(submission, draw):
    """A loss between the best one and min_delta below it is no improvement, both ends included."""
    patience, delta = draw.randint(2, 4), draw.randint(2, 6)
    for eighths in (0, delta):
        worse = [-number / 8 for number in range(eighths + 1)]
        losses, answers = epochs(draw, patience, worse, step=eighths + 1)
        found = stop(submission, draw, losses, patience=patience, min_delta=eighths / 8)
        assert found["answers"] == same(answers)


@pytest.mark.confirms("early_stopping_takes_nan_for_no_improvement")
def test_early_stopping_takes_nan_for_no_improvement_anywhere(submission, draw):
    """Losses that are not numbers count as epochs without improvement, at the start and later."""
    patience = draw.randint(3, 5)
    losses, answers = epochs(draw, patience, worse=[NAN])
    num_first = draw.randint(1, patience - 1)
    found = stop(submission, draw, [NAN] * num_first + losses, patience=patience)
    assert found["answers"] == same([False] * num_first + answers)
    assert found["best_loss"] == close(min(loss for loss in losses if loss == loss))


@pytest.mark.confirms("early_stopping_knows_its_best_epoch")
def test_early_stopping_knows_any_best_epoch(submission, draw):
    """The best loss and the number of its call, counted from 1."""
    lowest = draw.randint(1, 99) / 100
    losses = [loss + lowest for loss in falling(draw, draw.randint(8, 20))]
    draw.shuffle(losses)
    found = stop(submission, draw, losses, patience=30)
    assert [found["best_loss"], found["best_epoch"]] == close([min(losses), losses.index(min(losses)) + 1])


@pytest.mark.confirms("early_stopping_restores_a_real_copy")
def test_early_stopping_restores_the_best_of_any_weights(submission, draw):
    """Weight and buffer are again what they were in the best epoch."""
    losses = falling(draw, draw.randint(6, 12))
    draw.shuffle(losses)
    weight = growth(draw)
    found = submission.run("stop_early", losses=losses, settings={"patience": 20}, restore=True, **weight)
    best = weight["start"] + weight["grow"] * (losses.index(min(losses)) + 1)
    assert [found["weight"], found["buffer"]] == close([best, best])


@pytest.mark.confirms("early_stopping_has_nothing_to_restore_at_first")
def test_early_stopping_has_nothing_to_restore_before_any_improvement(submission, draw):
    """Without a loss, or with none that is a number, there is nothing to restore; with a number there is."""
    settings = {"settings": {"patience": draw.randint(8, 20)}, "restore": True, **growth(draw)}
    for losses in draw.sample([[], [NAN] * draw.randint(1, 6)], 2):
        with raises(RuntimeError):
            submission.run("stop_early", losses=losses, **settings)
    loss = draw.uniform(0.1, 0.9)
    assert submission.run("stop_early", losses=[loss], **settings)["best_loss"] == close(loss)


class Task:
    """A scripted fine-tuning task with drawn rows: [1, value, predicted class].

    Losses of rows, level * value / 10, stay between log 2 and log 3; the last batch has one row, of another value.
    """

    def __init__(self, draw):
        self.batch_size = draw.randint(2, 4)
        self.steps = draw.randint(3, 4)
        num_train = self.batch_size * (self.steps - 1) + 1  # the last batch has one row
        self.train, self.val = self.rows(draw, num_train), self.rows(draw, 2 * self.batch_size + 1)
        self.slope = draw.randint(50, 400) / 512  # below 1, where clipping changes nothing
        self.shifts = {"train": draw.randint(88, 106) / 100, "graph": 40.0, "no mask": 500.0, "slope": self.slope}

    @staticmethod
    def rows(draw, count):
        rows = [[1, draw.randint(8, 9), draw.randrange(3)] for _ in range(count - 1)] + [[1, 10, draw.randrange(3)]]
        labels = [row[2] if draw.random() < 0.6 else draw.randrange(3) for row in rows]
        return rows, labels

    def run(self, submission, script, **limits):
        """Fine-tune with these validation losses, one an epoch."""
        (train_rows, train_labels), (val_rows, val_labels) = self.train, self.val
        return submission.run(
            "finetune_scripted",
            script=levels(script),
            train_rows=train_rows,
            train_labels=train_labels,
            val_rows=val_rows,
            val_labels=val_labels,
            batch_size=self.batch_size,
            shifts=self.shifts,
            **limits,
        )


def levels(losses):
    """Losses up to 4.6 as levels, in the same order."""
    return [0.88 + loss / 25 for loss in losses]


def mean_value(rows, labels):
    return sum(value for _, value, _ in rows) / 10 / len(labels)


def accuracy(rows, labels):
    return sum(row[2] == label for row, label in zip(rows, labels, strict=True)) / len(labels)


@pytest.mark.confirms("finetune_keeps_the_curves")
def test_finetune_keeps_any_curves(submission, draw):
    """Losses and accuracies are means per example, over ragged batches, in the right mode."""
    task, num_epochs = Task(draw), draw.randint(4, 6)
    script = falling(draw, num_epochs)
    draw.shuffle(script)
    found = task.run(submission, script, max_epochs=num_epochs, patience=10)
    assert found["train_loss"] == close([task.shifts["train"] * mean_value(*task.train)] * num_epochs)
    assert found["val_loss"] == close([level * mean_value(*task.val) for level in levels(script)])
    assert found["train_accuracy"] == close([accuracy(*task.train)] * num_epochs)
    assert found["val_accuracy"] == close([accuracy(*task.val)] * num_epochs)


@pytest.mark.confirms("finetune_takes_one_clean_step_a_batch")
def test_finetune_takes_one_clean_step_for_any_batch(submission, draw):
    """Every step finds the gradient of one batch, and there is one for each batch."""
    task, num_epochs = Task(draw), draw.randint(3, 6)
    found = task.run(submission, falling(draw, num_epochs), max_epochs=num_epochs, patience=10)
    assert found["gradients"] == close([task.slope] * (num_epochs * task.steps))


@pytest.mark.confirms("finetune_stops_early")
def test_finetune_stops_after_any_patience(submission, draw):
    """The run has the epochs up to the best one and `patience` more, though later ones would be better."""
    task, patience = Task(draw), draw.randint(3, 5)
    script = falling(draw, draw.randint(3, 5))
    script += waiting(draw, script[-1], patience)
    found = task.run(submission, [*script, 0.125, 0.0625], max_epochs=len(script) + 2, patience=patience)
    assert found["val_loss"] == close([level * mean_value(*task.val) for level in levels(script)])
    assert len(found["gradients"]) == same(len(script) * task.steps)


@pytest.mark.confirms("finetune_ends_with_the_best_weights")
def test_finetune_ends_with_the_best_of_any_weights(submission, draw):
    """The weight counts the steps up to the best epoch, whether patience or max_epochs ended the run."""
    task, script, patience = Task(draw), falling(draw, draw.randint(3, 4)), draw.randint(2, 3)
    best = len(script)
    script += waiting(draw, script[-1], patience)
    for max_epochs, given in ((20, patience), (len(script), 20)):
        found = task.run(submission, script, max_epochs=max_epochs, patience=given)
        assert found["weight"] == close(best * task.steps)
        assert found["gradients"][0] == close(task.slope)
