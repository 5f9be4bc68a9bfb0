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
    ### BEGIN SOLUTION
    pairs = list(zip(labels, predictions, strict=True))
    scores = []
    for class_id in sorted(set(labels) | set(predictions)):
        true_positives = sum(label == class_id == prediction for label, prediction in pairs)
        num_predicted = sum(prediction == class_id for _, prediction in pairs)
        num_labelled = sum(label == class_id for label, _ in pairs)
        precision = true_positives / num_predicted if num_predicted else 0.0
        recall = true_positives / num_labelled if num_labelled else 0.0
        f1 = 2 * precision * recall / (precision + recall) if true_positives else 0.0
        scores.append((precision, recall, f1))
    precision, recall, f1 = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    accuracy = sum(label == prediction for label, prediction in pairs) / len(pairs)
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "f1": f1}
    ### END SOLUTION


def confusion_matrix(labels: Sequence[int], predictions: Sequence[int], num_classes: int = 3) -> list[list[int]]:
    """Count how often each class was taken for each class.

    Rows are the true classes, columns the predicted ones: entry [i][j] counts the examples of class
    i that were predicted as j. Always num_classes x num_classes, absent classes included.

    >>> confusion_matrix([0, 0, 1], [0, 2, 1])
    [[1, 0, 1], [0, 1, 0], [0, 0, 0]]
    """
    ### BEGIN SOLUTION
    matrix = [[0] * num_classes for _ in range(num_classes)]
    for label, prediction in zip(labels, predictions, strict=True):
        matrix[label][prediction] += 1
    return matrix
    ### END SOLUTION


def per_class_recall(labels: Sequence[int], predictions: Sequence[int], num_classes: int = 3) -> list[float]:
    """Tell for each class which share of its examples was found.

    One number from 0 to 1 a class, in the order of the classes; 0.0 for a class without examples.

    >>> per_class_recall([0, 0, 1], [0, 2, 1])
    [0.5, 1.0, 0.0]
    """
    ### BEGIN SOLUTION
    matrix = confusion_matrix(labels, predictions, num_classes)
    return [row[class_id] / sum(row) if sum(row) else 0.0 for class_id, row in enumerate(matrix)]
    ### END SOLUTION
