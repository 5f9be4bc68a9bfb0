"""Exercise 9: set the two models side by side."""

from collections.abc import Sequence

import pandas as pd

from reelgrade.given import ASPECTS


def relative_improvement(baseline: float, improved: float) -> float:
    """Tell by which fraction of the baseline a figure has grown.

    (improved - baseline) / baseline: from 65 of 132 right to 124 of 132 is +.9077, though it is
    only .447 in absolute terms. Raises ValueError at a baseline of 0, where no fraction of it means anything.

    >>> round(relative_improvement(65 / 132, 124 / 132), 4)
    0.9077
    """
    # YOUR CODE HERE
    raise NotImplementedError("relative_improvement")


def comparison_table(
    labels: Sequence[int], baseline_predictions: Sequence[int], tinybert_predictions: Sequence[int]
) -> pd.DataFrame:
    """Put the metrics of both models and the relative improvement in one table.

    The index is accuracy, precision, recall, f1 (macro averages over the classes in labels or
    predictions; zero division gives 0), the columns are Baseline, TinyBERT and Improvement: shares
    from 0 to 1, and the improvement as a fraction of the baseline, NaN where that is 0.

    >>> comparison_table([0, 1, 2, 2], [0, 0, 0, 2], [0, 1, 2, 2]).loc["accuracy"].to_dict()
    {'Baseline': 0.5, 'TinyBERT': 1.0, 'Improvement': 1.0}
    """
    # YOUR CODE HERE
    raise NotImplementedError("comparison_table")


def misclassified(
    reviews: pd.DataFrame | Sequence[str], labels: Sequence[int], predictions: Sequence[int]
) -> pd.DataFrame:
    """List the reviews that were put in the wrong class.

    `reviews` is a frame with a column `review`, or the texts themselves. Returns a frame with the
    columns review, label and prediction, the last two as names of aspects, in the input's order.

    >>> misclassified(["dull plot", "fine cast"], [2, 1], [2, 0]).to_dict("records")
    [{'review': 'fine cast', 'label': 'Characters', 'prediction': 'Cinematography'}]
    """
    # YOUR CODE HERE
    raise NotImplementedError("misclassified")
