"""Exercise 1: read the labelled reviews, look at the class balance, carve out a validation split.

Reading the CSV format itself (encoding, quoting, ragged rows) is given: `reelgrade.given.read_rows`.
"""

from pathlib import Path

import pandas as pd

from reelgrade.given import ASPECTS, read_rows


def load_reviews(path: str | Path) -> pd.DataFrame:
    r"""Read one split of labelled reviews from a CSV file.

    The file has the columns `review`, `aspect` and `aspect_encoded`; a code is the index of its
    aspect in `ASPECTS`. `read_rows(path)` gives you one dictionary of strings a row. The text "NA"
    is a review like any other, not a missing value.

    Returns a frame with the columns review (str), aspect (str) and aspect_encoded (int), one row a
    review, in the order of the file. Raises ValueError when a column is missing, when there are no
    rows, or when a row has an empty or blank review, an unknown aspect or a code that is not its aspect's;
    the message names the file, the data row (counted from 1) and the cause.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tiny_train.csv"
    ...     _ = path.write_text("review,aspect,aspect_encoded\nNA,Story,2\n", encoding="utf-8")
    ...     load_reviews(path).to_dict("records")
    [{'review': 'NA', 'aspect': 'Story', 'aspect_encoded': 2}]
    """
    # YOUR CODE HERE
    raise NotImplementedError("load_reviews")


def label_counts(reviews: pd.DataFrame) -> dict[str, int]:
    """Count the reviews of each aspect.

    Every aspect is a key, in the order of `ASPECTS`, with 0 where no review has it.

    >>> label_counts(pd.DataFrame({"aspect": ["Story", "Story", "Characters"]}))
    {'Cinematography': 0, 'Characters': 1, 'Story': 2}
    """
    # YOUR CODE HERE
    raise NotImplementedError("label_counts")


def train_val_split(
    reviews: pd.DataFrame, val_fraction: float = 0.2, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split the reviews into a training and a validation part with the same class balance.

    Each review lands in exactly one part. Of a class with n reviews, n * val_fraction go to the
    validation part, give or take one, and at least 1. Which ones is random: the same seed gives the
    same split, other seeds give others. Neither the frame you are given nor anyone else's random
    numbers change.

    Returns (train, val), two frames with the columns of `reviews`. Raises ValueError unless
    0 < val_fraction < 1.

    >>> reviews = pd.DataFrame({"review": list("abcdefghij"), "aspect": ["Story"] * 10})
    >>> train, val = train_val_split(reviews, val_fraction=0.3, seed=1)
    >>> len(train), len(val)
    (7, 3)
    """
    # YOUR CODE HERE
    raise NotImplementedError("train_val_split")
