"""Checks of exercise 8: scripted losses, so that the right answer is known to the last step."""

import pytest

from reelgrade.grading.expect import close, raises, same

NAN = float("nan")


@pytest.mark.points(0.5)
def test_make_optimizer_holds_what_trains(submission):
    """The optimizer holds all trainable parameters, and only those."""
    settings = {"widths": [3, 2, 4], "start": 1.0, "gradient": 1.0}
    held = [submission.run("step_of_optimizer", frozen=frozen, **settings)["held"] for frozen in ([0], [])]
    assert held == same([12, 20], mistakes={"frozen parameters are in it": [20, 20], "the biases are missing": [8, 14]})


@pytest.mark.points(0.5)
def test_make_optimizer_makes_adamw(submission):
    """AdamW takes the decay from the weights, not from the gradient: a first step from 2 with lr .1 and decay .5 ends at 1.8."""
    settings = {"widths": [3, 2], "frozen": [], "start": 2.0, "gradient": 3.0}
    found = submission.run("step_of_optimizer", lr=0.1, weight_decay=0.5, **settings)
    assert found["weights"] == close([1.8], mistakes={"Adam, or no weight decay": [1.9]})
    assert found["is_adamw"] == same(True)
    default = submission.run("step_of_optimizer", **settings)
    assert default["weights"] == close([2 - 5e-4 * (1 + 0.01 * 2)], tolerance=2e-6)


def stop(submission, losses, restore=False, grow=1.0, **settings):
    return submission.run("stop_early", losses=losses, start=5.0, grow=grow, settings=settings, restore=restore)


@pytest.mark.points(0.5)
def test_early_stopping_counts_patience(submission):
    """step is True after `patience` calls in a row without an improvement, not earlier and not later."""
    found = stop(submission, [0.9, 0.5, 0.6, 0.7, 0.8], patience=3)
    assert found["answers"] == same(
        [False, False, False, False, True],
        mistakes={
            "it stops one call too early": [False, False, False, True, True],
            "it stops one call too late": [False] * 5,
        },
    )


@pytest.mark.points(0.5)
def test_early_stopping_starts_anew_after_an_improvement(submission):
    """An improvement sets the counting back, and losses are compared with the best one, not with the last."""
    found = stop(submission, [0.9, 0.95, 0.5, 0.7, 0.6, 0.4, 0.45, 0.42], patience=2)
    assert found["answers"] == same([False, False, False, False, True, False, False, True])


@pytest.mark.points(0.5)
def test_early_stopping_wants_less_than_the_best(submission):
    """An improvement is val_loss < best_loss - min_delta: an equal loss is none, nor one just a little below."""
    assert stop(submission, [0.5, 0.5, 0.5], patience=2)["answers"] == same([False, False, True])
    found = stop(submission, [0.5, 0.375, 0.25, 0.125], patience=2, min_delta=0.25)
    assert [found["answers"], found["best_loss"]] == same([[False, False, True, False], 0.125])


@pytest.mark.points(0.5)
def test_early_stopping_takes_nan_for_no_improvement(submission):
    """A loss that is not a number never is an improvement, at the start or later."""
    found = stop(submission, [NAN, 0.5, NAN, NAN], patience=2)
    assert [found["answers"], found["best_loss"]] == same([[False, False, False, True], 0.5])


@pytest.mark.points(0.5)
def test_early_stopping_knows_its_best_epoch(submission):
    """best_loss and best_epoch belong to the best call of step, counted from 1."""
    found = stop(submission, [0.9, 0.7, 0.3, 0.8], patience=5)
    assert [found["best_loss"], found["best_epoch"]] == close(
        [0.3, 3], mistakes={"epochs are counted from 0": [0.3, 2]}
    )


@pytest.mark.points(0.5)
def test_early_stopping_restores_a_real_copy(submission):
    """restore brings back the weights of the best epoch, buffers included, whatever training did to the model since."""
    found = stop(submission, [0.9, 0.3, 0.8, 0.7], patience=5, restore=True, grow=2.0)
    assert [found["weight"], found["buffer"]] == close(
        [9.0, 9.0],
        mistakes={
            "the best weights were kept by reference, not copied": [213.0, 213.0],
            "the last weights were kept, not the best": [13.0, 13.0],
        },
    )


@pytest.mark.points(0.5)
def test_early_stopping_has_nothing_to_restore_at_first(submission):
    """restore before any improvement is a RuntimeError; after one it brings the weights back."""
    with raises(RuntimeError):
        stop(submission, [], restore=True)
    with raises(RuntimeError):
        stop(submission, [NAN], restore=True)
    assert stop(submission, [0.5], restore=True)["best_loss"] == close(0.5)


def tune(submission, script, **changes):
    settings = {
        "train_rows": [[1, 8, 0], [1, 8, 1], [1, 10, 1]],
        "train_labels": [0, 1, 0],
        "val_rows": [[1, 8, 0], [1, 9, 1], [1, 10, 2]],
        "val_labels": [0, 2, 2],
        "batch_size": 2,
        "shifts": {"train": 0.9, "graph": 40.0, "no mask": 500.0, "slope": 0.5},
    }
    return submission.run("finetune_scripted", script=script, **{**settings, **changes})


@pytest.mark.points(1)
def test_finetune_keeps_the_curves(submission):
    """Losses are means per example, measured on the right split in the right mode, without a graph in validation."""
    found = tune(submission, [1.05, 0.9, 1.0], max_epochs=3, patience=5)
    assert found["train_loss"] == close([0.78] * 3, mistakes={"the loss is averaged per batch": [0.81] * 3})
    assert found["val_loss"] == close(
        [0.945, 0.81, 0.9],
        mistakes={
            "the loss is averaged per batch": [0.97125, 0.8325, 0.925],
            "validation runs in train mode": [0.81, 0.81, 0.81],
            "validation runs on the training data": [0.91, 0.78, 0.52 / 0.6],
            "validation builds a graph": [36.945, 36.81, 36.9],
        },
    )
    assert [found["train_accuracy"], found["val_accuracy"]] == close([[2 / 3] * 3, [2 / 3] * 3])


@pytest.mark.points(0.5)
def test_finetune_takes_one_clean_step_a_batch(submission):
    """Each batch means one step of the given optimizer, with the gradient of its own batch only."""
    found = tune(submission, [1.05, 0.9], max_epochs=2, patience=5)
    assert found["gradients"] == close([0.5] * 4, mistakes={"old gradients are never cleared": [0.5, 1.0, 1.5, 2.0]})


@pytest.mark.points(1)
def test_finetune_stops_early(submission):
    """Training ends after `patience` epochs without improvement; the last epoch run is in the curves."""
    found = tune(submission, [1.05, 0.9, 1.0, 0.95, 0.88, 0.87], max_epochs=6, patience=2)
    assert found["val_loss"] == close(
        [0.945, 0.81, 0.9, 0.855], mistakes={"the last epoch is not in the curves": [0.945, 0.81, 0.9]}
    )
    assert len(found["gradients"]) == same(8)
    shorter = tune(submission, [1.05, 1.0, 0.95, 0.9], max_epochs=2, patience=1)
    assert len(shorter["val_loss"]) == same(2)


@pytest.mark.points(1)
def test_finetune_ends_with_the_best_weights(submission):
    """The model ends with the weights of its best epoch, whether it stopped early or not."""
    early = tune(submission, [1.05, 0.9, 1.0, 0.95], max_epochs=9, patience=2)
    late = tune(submission, [1.05, 0.9, 1.0], max_epochs=3, patience=5)
    assert [early["weight"], late["weight"]] == close(
        [4.0, 4.0], mistakes={"the model ends with its last weights": [8.0, 6.0]}
    )


@pytest.mark.points(4)
@pytest.mark.accuracy("make_optimizer", "EarlyStopping", "finetune")
def test_finetune_learns_to_tell_aspects_apart(submission, judged):
    """Your optimizer and your finetune bring the encoder to the accuracy that a correct loop reaches."""
    predictions = submission.run("finetune_backbone", **judged.texts)
    judged.award("finetuning", predictions)
