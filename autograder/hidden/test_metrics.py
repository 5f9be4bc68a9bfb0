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


def corners(draw):
    """Labels and predictions that are seldom drawn: where each class is both, one was never true, one never predicted."""
    one, other, third, fourth = draw.sample(range(9), 4)
    size = draw.randint(11, 19)
    few, many = [other] * 3, [one] * size
    usual = [
        ([one], [one]),
        (many, many),
        (few + many, [other, one, other, *many[1:], other]),
        ([*few, *many, third], [one, *few[1:], third, *many[1:], third]),
    ]
    never_true = [(few + many, [third, *few[1:], *many]), ([*few, *many], [third, other, third, *many[1:], fourth])]
    never_predicted = [
        (few + many, [one] * (3 + size)),
        ([one], [other]),
        (few + many, [one] * 3 + [other] * size),
        ([one, other, third, third], [one, third, other, other]),
        ([one, one, other, third], [one, other, other, other]),
        (many * 2, many + [other] * size),
    ]
    return usual, never_true, never_predicted


def judged_like(submission, pairs):
    """Compare the four figures with those of scikit-learn, for each pair of labels and predictions."""
    for labels, predictions in pairs:
        assert submission.classification_metrics(labels, predictions) == close(figures(labels, predictions))


@pytest.mark.confirms("classification_metrics_are_macro_averages")
def test_classification_metrics_are_macro_averages_of_any_answers(submission, draw):
    """All four figures are those of scikit-learn."""
    judged_like(submission, [answers(draw, [0, 1, 2], count) for count in (0, 4, draw.randint(9, 30), 200)])
    judged_like(submission, corners(draw)[0])


@pytest.mark.confirms("classification_metrics_count_predicted_classes")
def test_classification_metrics_count_any_predicted_classes(submission, draw):
    """A class that is no label but was predicted counts in the averages of scikit-learn and in these."""
    classes = draw.sample(range(3), 3)
    labels, predictions = answers(draw, classes[:2], draw.randint(15, 40))
    for place in draw.sample(range(len(labels)), draw.randint(1, 5)):
        predictions[place] = classes[2]
    judged_like(submission, [(labels, predictions), *corners(draw)[1]])


@pytest.mark.confirms("classification_metrics_count_no_absent_class")
def test_classification_metrics_skip_any_absent_class(submission, draw):
    """Where every class has the same share of errors, all figures are that share, whatever the classes' numbers."""
    names, size = ("accuracy", "precision", "recall", "f1"), draw.randint(29, 97)
    for classes in ([0, 3], [1, 2, 4], [0, 2, 5], [2, 3], [1], [draw.randint(10, 99), 0]):
        right = draw.randint(1, size - 1) if len(classes) > 1 else size
        taken_for = dict(zip(classes, classes[1:] + classes[:1], strict=True))
        pairs = [(label, label if n < right else taken_for[label]) for label in classes for n in range(size)]
        labels, predictions = map(list, zip(*draw.sample(pairs, len(pairs)), strict=True))
        assert submission.classification_metrics(labels, predictions) == close(dict.fromkeys(names, right / size))


@pytest.mark.confirms("classification_metrics_divide_by_zero_to_zero")
def test_classification_metrics_divide_any_zero_to_zero(submission, draw):
    """A class that was never predicted counts with a precision of 0, in scikit-learn and here."""
    classes, size = draw.sample(range(6), 3), draw.randint(9, 19)
    labels = draw.sample(classes * size, 3 * size)
    predictions = [
        label if label in classes[:2] and draw.random() < 0.7 else draw.choice(classes[:2]) for label in labels
    ]
    judged_like(submission, [(labels, predictions), *corners(draw)[2]])


def matrix(labels, predictions, num_classes=3):
    """The confusion matrix by scikit-learn."""
    return metrics.confusion_matrix(labels, predictions, labels=range(num_classes))


@pytest.mark.confirms("confusion_matrix_has_true_classes_in_rows")
def test_confusion_matrix_has_any_true_classes_in_rows(submission, draw):
    """The matrix is that of scikit-learn."""
    one, other, third = draw.sample(range(3), 3)
    few, many = draw.randint(3, 5), draw.randint(6, 9)
    uneven = [third, *[one] * many, *[other] * few], [third, *[other] * many, *[one] * few]
    one_way = [other, third, *[one] * many], [other, third, *[other] * many]
    for labels, predictions in (answers(draw, [0, 1, 2], draw.randint(9, 25)), uneven, one_way):
        assert submission.confusion_matrix(labels, predictions) == same(matrix(labels, predictions))


@pytest.mark.confirms("confusion_matrix_has_every_class")
def test_confusion_matrix_has_every_class_of_any_number(submission, draw):
    """Of num_classes classes, 3 unless told, only some occur; the matrix has rows and columns for all."""
    for options, classes in (
        ({"num_classes": 6}, draw.sample(range(6), 3)),
        ({"num_classes": 9}, draw.sample(range(9), 4)),
        ({"num_classes": 5}, [0, 1]),
        ({"num_classes": 5}, [3, 4]),
        ({"num_classes": 2}, [0, 1]),
        ({}, draw.sample(range(3), 2)),
    ):
        for labels, predictions in (
            answers(draw, classes, draw.randint(15, 40)),
            ([classes[0]], [classes[1]]),
            ([classes[1]] * 5, [classes[1]] * 5),
        ):
            assert submission.confusion_matrix(labels, predictions, **options) == same(
                matrix(labels, predictions, **options)
            )


def recalls(labels, predictions, num_classes=3):
    """The recall of each class by scikit-learn."""
    found = metrics.recall_score(labels, predictions, labels=range(num_classes), average=None, zero_division=0)
    return [float(value) for value in found]


@pytest.mark.confirms("per_class_recall_is_the_share_found")
def test_per_class_recall_is_the_share_found_of_any_class(submission, draw):
    """Of 5, 7 and 11 examples so many were found; of others none or all."""
    sizes = draw.sample([5, 7, 11], 3)
    for found in ([draw.randint(1, size - 1) for size in sizes], [0, *sizes[1:]], [*sizes[:2], 0], [0, 0, 0]):
        pairs = [
            (label, label if index < found[label] else draw.choice([label - 1, label - 2]) % 3)
            for label, size in enumerate(sizes)
            for index in range(size)
        ]
        draw.shuffle(pairs)
        labels, predictions = map(list, zip(*pairs, strict=True))
        shares = [right / size for right, size in zip(found, sizes, strict=True)]
        assert submission.per_class_recall(labels, predictions) == close(shares)


@pytest.mark.confirms("per_class_recall_of_an_absent_class_is_zero")
def test_per_class_recall_of_any_absent_class_is_zero(submission, draw):
    """There is one number for each of num_classes, 3 unless told, and it is 0.0 for those without examples."""
    for options, present in (
        ({"num_classes": 8}, draw.sample(range(8), 4)),
        ({"num_classes": 6}, [0, 1]),
        ({"num_classes": 6}, [4, 5]),
        ({"num_classes": 2}, [0, 1]),
        ({}, draw.sample(range(3), 2)),
    ):
        every = range(options.get("num_classes", 3))
        labels = [label for label in present for _ in range(draw.choice([5, 7, 11, 13, 17]))]
        mixed = [label if draw.random() < 0.5 else draw.choice(every) for label in labels]
        absent = next((label for label in every if label not in present), present[0])
        for predictions in (mixed, labels, [absent] * len(labels), [present[0]] * len(labels)):
            expected = recalls(labels, predictions, **options)
            assert submission.per_class_recall(labels, predictions, **options) == close(expected)
