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
    ### BEGIN SOLUTION
    columns = ["review", "aspect", "aspect_encoded"]
    rows = read_rows(path)
    if not rows:
        raise ValueError(f"{path}: no data rows; a split needs at least one review")
    missing = [column for column in columns if column not in rows[0]]
    if missing:
        raise ValueError(f"{path}: missing column {', '.join(missing)}; the header needs {', '.join(columns)}")
    for number, row in enumerate(rows, start=1):
        where = f"{path}, data row {number}"
        if not row["review"].strip():
            raise ValueError(f"{where}: empty review; write a text or delete the row")
        if row["aspect"] not in ASPECTS:
            raise ValueError(f"{where}: unknown aspect {row['aspect']!r}; use one of {', '.join(ASPECTS)}")
        code = str(ASPECTS.index(row["aspect"]))
        if row["aspect_encoded"].strip() != code:
            raise ValueError(f"{where}: aspect_encoded is {row['aspect_encoded']!r} but {row['aspect']} is {code}")
    reviews = pd.DataFrame(rows, columns=columns)
    return reviews.astype({"aspect_encoded": int})
    ### END SOLUTION


def label_counts(reviews: pd.DataFrame) -> dict[str, int]:
    """Count the reviews of each aspect.

    Every aspect is a key, in the order of `ASPECTS`, with 0 where no review has it.

    >>> label_counts(pd.DataFrame({"aspect": ["Story", "Story", "Characters"]}))
    {'Cinematography': 0, 'Characters': 1, 'Story': 2}
    """
    ### BEGIN SOLUTION
    return {aspect: int((reviews["aspect"] == aspect).sum()) for aspect in ASPECTS}
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    import numpy as np

    if not 0 < val_fraction < 1:
        raise ValueError(f"val_fraction is {val_fraction}; choose a share between 0 and 1, both excluded")
    random = np.random.default_rng(seed)
    chosen = np.zeros(len(reviews), dtype=bool)
    for aspect in ASPECTS:
        rows = np.flatnonzero(reviews["aspect"] == aspect)
        if len(rows) > 0:
            most = max(1, len(rows) - 1)  # leave one to train on where there are two
            num_val = min(most, max(1, round(len(rows) * val_fraction)))
            chosen[random.permutation(rows)[:num_val]] = True
    return reviews[~chosen].reset_index(drop=True), reviews[chosen].reset_index(drop=True)
    ### END SOLUTION
