"""Hidden checks of exercise 6b, against scikit-learn."""

import pytest
from sklearn import metrics

from reelgrade.grading.expect import close, same


def answers(draw, classes, count):
    """Labels and predictions; every class is a label and a prediction, and about half of them are right."""
    labels = [*classes, *draw.choices(classes, k=count)]
    predictions = [
        *classes,
        *(label if draw.random() < 0.5 else draw.choice(classes) for label in labels[len(classes) :]),
    ]
    predictions[0], predictions[1] = predictions[1], predictions[0]  # one error at least
    order = draw.sample(range(len(labels)), len(labels))
    return [labels[index] for index in order], [predictions[index] for index in order]


def figures(labels, predictions):
    """The four figures by scikit-learn."""
    macro = metrics.precision_recall_fscore_support(labels, predictions, average="macro", zero_division=0)[:3]
    names = ("accuracy", "precision", "recall", "f1")
    return dict(zip(names, map(float, [metrics.accuracy_score(labels, predictions), *macro]), strict=True))


@pytest.mark.confirms("classification_metrics_are_macro_averages")
def test_classification_metrics_are_macro_averages_of_any_answers(submission, draw):
    """All four figures are those of scikit-learn."""
    labels, predictions = answers(draw, [0, 1, 2], draw.randint(9, 30))
    assert submission.classification_metrics(labels, predictions) == close(figures(labels, predictions))


@pytest.mark.confirms("classification_metrics_count_no_absent_class")
def test_classification_metrics_skip_any_absent_class(submission, draw):
    """Where every class has the same share of errors, all figures are that share, whatever the classes' numbers."""
    classes, size = draw.choice([[0, 3], [1, 2, 4], [0, 2, 5], [2, 3]]), draw.choice([5, 7, 11, 13])
    right = draw.randint(1, size - 1)
    taken_for = dict(zip(classes, classes[1:] + classes[:1], strict=True))
    pairs = [(label, label if n < right else taken_for[label]) for label in classes for n in range(size)]
    labels, predictions = map(list, zip(*draw.sample(pairs, len(pairs)), strict=True))
    names = ("accuracy", "precision", "recall", "f1")
    assert submission.classification_metrics(labels, predictions) == close(dict.fromkeys(names, right / size))


@pytest.mark.confirms("confusion_matrix_has_true_classes_in_rows")
def test_confusion_matrix_has_any_true_classes_in_rows(submission, draw):
    """The matrix is that of scikit-learn."""
    labels, predictions = answers(draw, [0, 1, 2], draw.randint(9, 25))
    assert submission.confusion_matrix(labels, predictions) == same(metrics.confusion_matrix(labels, predictions))


@pytest.mark.confirms("per_class_recall_is_the_share_found")
def test_per_class_recall_is_the_share_found_of_any_class(submission, draw):
    """Of 5, 7 and 11 examples so many were found."""
    sizes = draw.sample([5, 7, 11], 3)
    found = [draw.randint(1, size - 1) for size in sizes]
    pairs = [
        (label, label if index < found[label] else draw.choice([label - 1, label - 2]) % 3)
        for label, size in enumerate(sizes)
        for index in range(size)
    ]
    draw.shuffle(pairs)
    labels, predictions = map(list, zip(*pairs, strict=True))
    assert submission.per_class_recall(labels, predictions) == close([a / b for a, b in zip(found, sizes, strict=True)])
