"""Exercise 6b: from labels and predictions to figures; the truth comes first, as in scikit-learn."""

from collections.abc import Sequence


def classification_metrics(labels: Sequence[int], predictions: Sequence[int]) -> dict[str, float]:
    """Compute accuracy and the macro averages of precision, recall and F1.

    For one class, precision = TP / (TP + FP), recall = TP / (TP + FN) and
    F1 = 2 precision recall / (precision + recall); a division by zero gives 0. The macro average is
    the plain mean over the classes that occur in the labels or in the predictions. All four are
    shares from 0 to 1, under the keys accuracy, precision, recall and f1.

    >>> classification_metrics([0, 0, 1, 1], [0, 1, 1, 1])["accuracy"]
    0.75
    >>> round(classification_metrics([0, 0, 1, 1], [0, 1, 1, 1])["precision"], 4)
    0.8333
    """
    # YOUR CODE HERE
    raise NotImplementedError("classification_metrics")


def confusion_matrix(labels: Sequence[int], predictions: Sequence[int], num_classes: int = 3) -> list[list[int]]:
    """Count how often each class was taken for each class.

    Rows are the true classes, columns the predicted ones: entry [i][j] counts the examples of class
    i that were predicted as j. Always num_classes x num_classes, absent classes included.

    >>> confusion_matrix([0, 0, 1], [0, 2, 1])
    [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    """
    # YOUR CODE HERE
    raise NotImplementedError("confusion_matrix")


def per_class_recall(labels: Sequence[int], predictions: Sequence[int], num_classes: int = 3) -> list[float]:
    """Tell for each class which share of its examples was found.

    One number from 0 to 1 a class, in the order of the classes; 0.0 for a class without examples.

    >>> per_class_recall([0, 0, 1], [0, 2, 1])
    [0.5, 1.0, 0.0]
    """
    # YOUR CODE HERE
    raise NotImplementedError("per_class_recall")
