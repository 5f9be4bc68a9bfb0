"""Hidden checks of exercise 6b, against scikit-learn."""

import pytest
from sklearn import metrics

from reelgrade.grading.expect import close, same


def answers(draw, classes, count):
    """Labels and predictions; every class is a label and a prediction, and about half of them are right."""
    labels = [*classes, *draw.choices(classes, k=count)]
    predictions = [*classes, *(label if draw.random() < 0.5 else draw.choice(classes) for label in labels[len(classes) :])]
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
    labels, predictions = answers(draw, list(range(draw.randint(3, 5))), draw.randint(14, 30))
    assert submission.classification_metrics(labels, predictions) == close(figures(labels, predictions))


@pytest.mark.confirms("classification_metrics_count_no_absent_class")
def test_classification_metrics_skip_any_absent_class(submission, draw):
    """Numbers between the classes that no example has do not count."""
    labels, predictions = answers(draw, draw.choice([[0, 3], [1, 2, 4], [0, 2, 5], [2, 3]]), draw.randint(12, 25))
    assert submission.classification_metrics(labels, predictions) == close(figures(labels, predictions))


@pytest.mark.confirms("confusion_matrix_has_true_classes_in_rows")
def test_confusion_matrix_has_any_true_classes_in_rows(submission, draw):
    """The matrix is that of scikit-learn."""
    labels, predictions = answers(draw, [0, 1, 2], draw.randint(9, 25))
    assert submission.confusion_matrix(labels, predictions) == same(metrics.confusion_matrix(labels, predictions))


@pytest.mark.confirms("confusion_matrix_has_every_class")
def test_confusion_matrix_has_any_number_of_classes(submission, draw):
    """There is a row and a column for each of num_classes, though few of them occur."""
    num_classes = draw.randint(5, 8)
    labels, predictions = answers(draw, draw.sample(range(num_classes), 2), draw.randint(5, 12))
    matrix = metrics.confusion_matrix(labels, predictions, labels=range(num_classes))
    assert submission.confusion_matrix(labels, predictions, num_classes=num_classes) == same(matrix)


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
