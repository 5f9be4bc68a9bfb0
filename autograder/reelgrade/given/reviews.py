"""Find the review files that a notebook or a script works on. Reading them is csvfile.py's business."""

from pathlib import Path


def reviews_file(split: str) -> Path:
    """Give the path of the `train` or the `test` file: the course's own, or that of the folder in `REELGRADE_DATA`.

    >>> reviews_file("test").name
    'movie_aspects_test.csv'
    """
    from reelgrade.course.folders import data_splits

    splits = data_splits()
    return {"train": splits.train, "test": splits.test}[split]
