"""The accuracy checks' side of the judge: the split that is judged, its labels, the bars and the points.

Vocabulary and tokens of the baseline come from scikit-learn, those of the encoder from its tokenizer; no hole is used.
"""

import math
import random
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from reelgrade.given import ASPECTS, PAD_ID, UNK_ID, read_rows
from reelgrade.grading.judging import PartialPoints

MAX_WORDS, MAX_LEN = 1000, 128
SEEDS = [11, 12, 13]
GUESSING_Z = 2.326  # the normal quantile of 99 %
WORD = r"\b\w+\b"


@dataclass(frozen=True)
class Bar:
    """Points grow linearly from the majority rate (`floor`) to `bar`."""

    floor: float
    bar: float


class Judged:
    """Data of one course for the accuracy checks; `split` is the holdout where it is present, test elsewhere.

    `split` and `rows` name another one, with other rows, for calibration.
    """

    points = 0.0
    private = False  # whether the judged split is unpublished: nothing of it may show in feedback

    def __init__(
        self,
        autograder: Path,
        split: str = "",
        rows: list[dict[str, str]] | None = None,
        seeds: list[int] | None = None,
    ) -> None:
        holdout = autograder / "hidden" / "holdout.csv"
        datasets = autograder.parent / "datasets"
        self.split = split or ("holdout" if holdout.is_file() else "test")
        self.private = self.split == "holdout"
        self.seeds = seeds or SEEDS
        self._thresholds = autograder / "thresholds.toml"
        self._train = read_rows(datasets / "movie_aspects_train.csv")
        self._judged = rows or read_rows(holdout if holdout.is_file() else datasets / "movie_aspects_test.csv")

    @cached_property
    def baseline(self) -> dict[str, Any]:
        """Arguments of `train_baseline`: ids [n, 128] and labels of train, ids of the judged split."""
        import torch
        from sklearn.feature_extraction.text import CountVectorizer

        vectorizer = CountVectorizer(token_pattern=WORD, max_features=MAX_WORDS)
        words = vectorizer.fit([row["review"] for row in self._train]).get_feature_names_out()
        ids = {word: index for index, word in enumerate(words, start=UNK_ID + 1)}
        cut = vectorizer.build_analyzer()

        def padded(row: dict[str, str]) -> list[int]:
            found = [ids.get(word, UNK_ID) for word in cut(row["review"])][:MAX_LEN]
            return found + [PAD_ID] * (MAX_LEN - len(found))

        return {
            "train_ids": torch.tensor([padded(row) for row in self._train]),
            "train_labels": torch.tensor(codes(self._train)),
            "judged_ids": torch.tensor([padded(row) for row in self._judged]),
            "vocab_size": len(ids) + UNK_ID + 1,
            "seeds": self.seeds,
        }

    @cached_property
    def texts(self) -> dict[str, Any]:
        """Arguments of `finetune_backbone`: encodings of train, of a fifth of it for validation, of the judged split."""
        val = self._train[::5]
        train = [row for index, row in enumerate(self._train) if index % 5]
        return {
            "train": _encodings(train, with_labels=True),
            "val": _encodings(val, with_labels=True),
            "judged": _encodings(self._judged, with_labels=False),
            "seeds": self.seeds,
        }

    def accuracy(self, predictions: Any) -> float:
        """Mean accuracy over the seeds; predictions of a wrong number or form are all wrong."""
        if not isinstance(predictions, list) or len(predictions) != len(self.seeds):
            return 0.0
        shares = [share_right(one, codes(self._judged)) for one in predictions]
        return sum(shares) / len(shares)

    def worth(self, points: float) -> "Judged":
        """Set what the check at hand is worth."""
        self.points = points
        return self

    def in_order(self, draw: random.Random) -> "Judged":
        """Put the judged rows into a drawn order, so that predictions recorded for another order are worth nothing."""
        self._judged = draw.sample(self._judged, len(self._judged))
        for name in ("baseline", "texts"):
            self.__dict__.pop(name, None)  # made from the rows when first asked for
        return self

    def award(self, task: str, predictions: Any) -> None:
        """Raise PartialPoints unless the mean accuracy reaches the bar of this task on this split."""
        accuracy, bar = self.accuracy(predictions), self._bar(task)
        if accuracy >= bar.bar:
            return
        share = (accuracy - bar.floor) / (bar.bar - bar.floor)
        least = guessing_reaches(bar.floor, len(self._judged))
        share = share if accuracy > least else 0.0
        earned = math.floor(2 * self.points * share) / 2
        raise PartialPoints(
            share,
            f"accuracy {accuracy:.3f} on the {self.split} split: {earned:g} of {self.points:g} points; points grow from "
            f"{bar.floor:.3f} (always the same answer) to {bar.bar:.3f}, and guessing can reach {least:.3f}",
        )

    def _bar(self, task: str) -> Bar:
        with self._thresholds.open("rb") as file:
            table = tomllib.load(file)[task][self.split]
        return Bar(table["floor"], table["bar"])


def guessing_reaches(rate: float, num_rows: int) -> float:
    """Give the accuracy that guessing at this rate exceeds once in a hundred times: rate + z sd of a share of n rows.

    >>> round(guessing_reaches(1 / 3, 150), 3)
    0.423
    """
    return rate + GUESSING_Z * math.sqrt(rate * (1 - rate) / num_rows)


def share_right(predictions: Any, labels: list[int]) -> float:
    """Share of predictions that equal their label; 0 where it is no list of as many."""
    if not isinstance(predictions, list) or len(predictions) != len(labels):
        return 0.0
    return sum(type(a) is int and a == b for a, b in zip(predictions, labels, strict=True)) / len(labels)


def majority_rate(labels: list[int]) -> float:
    """Accuracy of always answering the most frequent class."""
    return max(Counter(labels).values()) / len(labels)


def codes(rows: list[dict[str, str]]) -> list[int]:
    """Labels of some rows."""
    return [ASPECTS.index(row["aspect"]) for row in rows]


def _encodings(rows: list[dict[str, str]], with_labels: bool) -> dict[str, Any]:
    import torch

    texts = [row["review"] for row in rows]
    encoded = _tokenizer()(texts, padding="max_length", truncation=True, max_length=MAX_LEN, return_tensors="pt")
    tensors = {name: encoded[name] for name in ("input_ids", "attention_mask")}
    return {**tensors, "labels": torch.tensor(codes(rows))} if with_labels else tensors


@cache
def _tokenizer() -> Any:
    from reelgrade.given import load_backbone

    return load_backbone("minilm-4l")[0]
