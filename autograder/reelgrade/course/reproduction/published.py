"""The figures that the source project publishes (notebooks 06, 08, 09 and its README)."""

from typing import Any

PUBLISHED: dict[str, Any] = {
    "source": "Tuminha/IMDB-Movie-Classification-with-NN at 1f37ea1",
    "num_test": 132,
    "simple_nn_published": {
        "accuracy": 0.4924,
        "precision": 0.5462,
        "recall": 0.5129,
        "macro_f1": 0.4838,
        "loss": 1.0461,
        "per_class_recall": [18 / 49, 31 / 38, 16 / 45],
        "confusion_matrix": [[18, 23, 8], [5, 31, 2], [6, 23, 16]],
    },
    "finetuned_published": {
        "accuracy": 0.9394,
        "precision": 0.9413,
        "recall": 0.9430,
        "macro_f1": 0.9406,
        "loss": 0.1045,
        "per_class_recall": [43 / 49, 37 / 38, 44 / 45],
        "confusion_matrix": [[43, 2, 4], [0, 37, 1], [1, 0, 44]],
    },
}
