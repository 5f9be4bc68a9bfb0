"""Checks of exercise 6b."""

import pytest

from reelgrade.grading.expect import close, same

LABELS, PREDICTIONS = [0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 2]


@pytest.mark.points(1.5)
def test_classification_metrics_are_macro_averages(submission):
    """Precision, recall and F1 are plain means over the classes; the first argument is the truth."""
    found = submission.classification_metrics(LABELS, PREDICTIONS)
    assert found == close(
        {"accuracy": 2 / 3, "precision": 2 / 3, "recall": 13 / 18, "f1": 59 / 90},
        mistakes={
            "the averages are micro": {"accuracy": 2 / 3, "precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3},
            "the predictions were taken for the truth": {
                "accuracy": 2 / 3,
                "precision": 13 / 18,
                "recall": 2 / 3,
                "f1": 59 / 90,
            },
        },
    )


@pytest.mark.points(0.5)
def test_classification_metrics_count_predicted_classes(submission):
    """A class that was predicted but never true counts in the averages."""
    found = submission.classification_metrics([0, 0, 1], [0, 2, 1])
    assert found == close({"accuracy": 2 / 3, "precision": 2 / 3, "recall": 0.5, "f1": 5 / 9})


@pytest.mark.points(1)
def test_classification_metrics_count_no_absent_class(submission):
    """A class that occurs nowhere does not count: two classes, both right, are 1.0."""
    found = submission.classification_metrics([0, 2, 2], [0, 2, 2])
    assert found == close({"accuracy": 1.0, "precision": 1.0, "recall": 1.0, "f1": 1.0})


@pytest.mark.points(1)
def test_classification_metrics_divide_by_zero_to_zero(submission):
    """A class that was never predicted has precision 0, and no error."""
    found = submission.classification_metrics([0, 1], [0, 0])
    assert found == close({"accuracy": 0.5, "precision": 0.25, "recall": 0.5, "f1": 1 / 3})
    found = submission.classification_metrics([0, 1, 1], [1, 0, 0])
    assert found == close({"accuracy": 0.0, "precision": 0.0, "recall": 0.0, "f1": 0.0})


@pytest.mark.points(0.5)
def test_confusion_matrix_has_true_classes_in_rows(submission):
    """Row i, column j counts examples of class i that were taken for class j."""
    assert submission.confusion_matrix(LABELS, PREDICTIONS) == same(
        [[2, 1, 0], [0, 1, 1], [0, 0, 1]],
        mistakes={"rows and columns change places": [[2, 0, 0], [1, 1, 0], [0, 1, 1]]},
    )


@pytest.mark.points(0.5)
def test_confusion_matrix_has_every_class(submission):
    """The matrix is num_classes x num_classes, absent classes included."""
    assert submission.confusion_matrix([1], [1]) == same([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert submission.confusion_matrix([0, 0], [2, 2]) == same([[0, 0, 2], [0, 0, 0], [0, 0, 0]])
    assert submission.confusion_matrix([3, 0], [0, 0], num_classes=4) == same(
        [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
    )


@pytest.mark.points(0.5)
def test_per_class_recall_is_the_share_found(submission):
    """Of the examples of each class, the share that was found."""
    assert submission.per_class_recall(LABELS, PREDICTIONS) == close(
        [2 / 3, 0.5, 1.0], mistakes={"this is precision": [1.0, 0.5, 0.5]}
    )


@pytest.mark.points(0.5)
def test_per_class_recall_of_an_absent_class_is_zero(submission):
    """A class without examples has recall 0.0; there is one number for each of num_classes."""
    assert submission.per_class_recall([0, 0], [0, 1]) == close([0.5, 0.0, 0.0])
    assert submission.per_class_recall([0, 4], [0, 4], num_classes=5) == close([1.0, 0.0, 0.0, 0.0, 1.0])
