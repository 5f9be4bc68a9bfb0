"""Checks of exercise 1."""

import re

import pandas as pd
import pytest

from reelgrade.grading.expect import close, raises, same
from reelgrade.grading.randomness import undisturbed

HEADER = "review,aspect,aspect_encoded\n"
GOOD = HEADER + '"Big, bold\nframes",Cinematography,0\nNA,Story,2\n"He, again",Characters,1\n'


def csv(text):
    return text.encode()


def load(submission, text):
    """Load a file with this text: its columns as lists."""
    return submission.load_reviews(submission.file("few_train.csv", csv(text))).to_dict("list")


def assert_that_good_rows_load(submission):
    """Assert that a file with nothing wrong in it is read: an error says something only where that is so."""
    found = load(submission, GOOD.replace("NA", "It ends"))
    assert sorted(found["review"]) == same(["Big, bold\nframes", "He, again", "It ends"])


@pytest.mark.points(0.5)
def test_load_reviews_reads_every_row_in_order(submission):
    """Each row of the file becomes one row of the frame, in the order of the file, with its text as it is."""
    frame = load(submission, GOOD.replace("NA", " It ends ") + '"He, again",Characters,1\n')
    assert sorted(frame) == same(["aspect", "aspect_encoded", "review"])
    assert frame["review"] == same(
        ["Big, bold\nframes", " It ends ", "He, again", "He, again"],
        mistakes={
            "a text that comes twice is left out": ["Big, bold\nframes", " It ends ", "He, again"],
            "blanks around a text are cut off": ["Big, bold\nframes", "It ends", "He, again", "He, again"],
        },
    )
    assert frame["aspect"] == same(["Cinematography", "Story", "Characters", "Characters"])
    assert [str(code) for code in frame["aspect_encoded"]] == same(["0", "2", "1", "1"])
    other_order = load(submission, "aspect_encoded,aspect,review\n2,Story,1984\n")
    assert other_order["aspect"] == same(["Story"])
    assert other_order["review"] == same(["1984"], mistakes={"a text of digits became a number": [1984]})


@pytest.mark.points(0.5)
def test_load_reviews_gives_codes_as_numbers(submission):
    """The codes are integers: a model cannot learn from the text "2"."""
    frame = submission.load_reviews(submission.file("few_train.csv", csv(GOOD.replace("NA", "It ends"))))
    assert frame["aspect_encoded"].tolist() == same([0, 2, 1], mistakes={"the codes are still text": ["0", "2", "1"]})


@pytest.mark.points(0.5)
def test_load_reviews_keeps_the_text_na(submission):
    """The text "NA" is a review like any other, not a missing value."""
    frame = load(submission, GOOD)
    assert frame["review"][1] == same("NA", mistakes={"NA is read as a missing value": float("nan")})


@pytest.mark.points(0.5)
def test_load_reviews_refuses_an_unknown_aspect(submission):
    """An aspect that is none of the three is refused with a ValueError."""
    assert_that_good_rows_load(submission)
    for row in ("Loud drums,Music,0\n", "It ends,story,2\n", "It ends,,2\n"):
        with raises(ValueError):
            load(submission, GOOD + row)


@pytest.mark.points(0.5)
def test_load_reviews_names_file_and_row(submission):
    """The error names the file and the data row, counted from 1: header and line breaks inside a text do not count."""
    assert_that_good_rows_load(submission)
    rows = GOOD + "Fine,Story,2\n" * 9
    with raises(ValueError) as caught:
        load(submission, rows + "Loud drums,Music,0\n")
    texts = [caught.text]
    for other in (" ,Story,2\n", "It ends,Story,1\n"):
        try:
            load(submission, rows + other)  # that this is refused is asked elsewhere
        except ValueError as error:
            texts.append(str(error))
    for text in texts:
        assert "few_train.csv" in text, f"the message does not name few_train.csv: {text}"
        without_path = re.sub(r"\S*few_train\.csv", "", text)
        assert re.search(r"\b13\b", without_path), f"the bad row is data row 13, the message says: {text}"


@pytest.mark.points(0.5)
def test_load_reviews_compares_code_and_aspect(submission):
    """A code that is not the index of its aspect is refused."""
    assert_that_good_rows_load(submission)
    for row in ("It ends,Story,1\n", "It ends,Story,-1\n", "It ends,Story,3\n", "It ends,Story,\n"):
        with raises(ValueError):
            load(submission, GOOD + row)


@pytest.mark.points(0.5)
def test_load_reviews_refuses_what_is_incomplete(submission):
    """An empty review, a file without rows, a file without one of the three columns: each is a ValueError."""
    assert_that_good_rows_load(submission)
    for text in (
        GOOD + ",Story,2\n",
        GOOD + "   ,Story,2\n",
        HEADER,
        "review,aspect\nIt ends,Story\n",
        "review,aspect_encoded\nIt ends,2\n",
        "aspect,aspect_encoded\nStory,2\n",
    ):
        with raises(ValueError):
            load(submission, text)


@pytest.mark.points(0.5)
def test_label_counts_has_every_aspect_in_order(submission):
    """All three aspects are keys, in their order, with 0 where there are no reviews."""
    frame = pd.DataFrame({"review": list("abaa"), "aspect": ["Story", "Story", "Characters", "Story"]})
    for given in (frame.assign(aspect_encoded=[2, 2, 1, 2]), frame.set_index(pd.Index([5, 5, 0, 5]))):
        counts = submission.label_counts(given)
        assert counts == same(
            {"Cinematography": 0, "Characters": 1, "Story": 3},
            mistakes={
                "absent aspects are left out": {"Characters": 1, "Story": 3},
                "a text that comes twice counts once": {"Cinematography": 0, "Characters": 1, "Story": 2},
            },
        )
        assert list(counts) == same(["Cinematography", "Characters", "Story"])
    assert submission.label_counts(frame[:0]) == same({"Cinematography": 0, "Characters": 0, "Story": 0})


def numbered(*counts):
    """A frame of so many reviews of each aspect, each with a text of its own, aspects mixed."""
    names = ("Cinematography", "Characters", "Story")
    rows = [
        (f"text {i} of {name}", name, names.index(name))
        for name, n in zip(names, counts, strict=True)
        for i in range(n)
    ]
    rows.sort(key=lambda row: row[0][::-1])
    rows.sort(key=lambda row: int(row[0].split()[1]) % 7)
    return pd.DataFrame(rows, columns=["review", "aspect", "aspect_encoded"])


def assert_complete(frame, train, val):
    """Assert that both parts together have the rows of the frame, each once."""
    assert len(train) + len(val) == len(frame), (
        f"{len(train)} + {len(val)} rows of {len(frame)}: each lands in one part"
    )
    for part in (train, val):
        assert sorted(part.columns) == same(sorted(frame.columns))
    rows = [tuple(row) for part in (train, val) for row in part[list(frame.columns)].to_numpy().tolist()]
    assert sorted(rows) == same(sorted(tuple(row) for row in frame.to_numpy().tolist()))


@pytest.mark.points(0.5)
def test_train_val_split_is_complete_and_disjoint(submission):
    """Each review lands in exactly one of the two parts, with its own labels, and the frame you are given stays as it is."""
    frame = numbered(20, 10, 5)
    twice = frame.assign(review=[f"text {number % 4}" for number in range(35)])  # equal texts
    joined = pd.concat([frame[:20], frame[20:].reset_index(drop=True)])  # row numbers that come twice
    for given in (frame, twice, joined, frame[["aspect", "review"]][::-1]):
        parts = submission.train_val_split(given, val_fraction=0.2, seed=3)
        assert submission.changed == [], "the frame that came in was changed"
        assert_complete(given, *parts)


@pytest.mark.points(0.5)
def test_train_val_split_keeps_the_class_balance(submission):
    """Of each class about n * val_fraction reviews go to validation, and at least one."""
    for fraction, seed in ((0.2, 0), (0.5, 1), (0.2, 2), (None, 3)):
        frame = numbered(40, 15, 2)
        settings = {"seed": seed} if fraction is None else {"val_fraction": fraction, "seed": seed}
        train, val = submission.train_val_split(frame, **settings)
        assert_complete(frame, train, val)
        for name, n in (("Cinematography", 40), ("Characters", 15), ("Story", 2)):
            found, wanted = val["aspect"].tolist().count(name), n * (fraction or 0.2)
            assert found >= 1, f"no {name} in the validation part"
            assert abs(found - wanted) <= 1 + 1e-9, f"{found} of {n} {name} in the validation part, expected {wanted:g}"


@pytest.mark.points(0.5)
def test_train_val_split_follows_its_seed(submission):
    """The same seed gives the same split, other seeds give others, and nobody else's random numbers change."""
    frame, chosen = numbered(30, 30, 30), []
    for settings in ({"seed": 0}, {"seed": 0}, {}, {"seed": 1}, {"seed": 2}):
        train, val = submission.train_val_split(frame, **settings)
        assert_complete(frame, train, val)
        chosen.append(sorted(val["review"]))
    assert chosen[0] == chosen[1], "two calls with the same seed gave different splits"
    assert chosen[0] == chosen[2], "a call without a seed gave another split than seed=0"
    assert chosen[0] != chosen[3] or chosen[0] != chosen[4], "three seeds gave the same split"
    found = submission.run("random_after_split", frame=frame, seed=5)
    assert_complete(frame, found["train"], found["val"])
    assert found["numbers"] == close(undisturbed(5, with_torch=False))


@pytest.mark.points(0.5)
def test_train_val_split_refuses_impossible_fractions(submission):
    """val_fraction must lie between 0 and 1, both excluded."""
    frame = numbered(9, 9, 9)
    assert_complete(frame, *submission.train_val_split(frame, val_fraction=0.9))
    for fraction in (0.0, 1.0, -0.1, 1.5, 2):
        with raises(ValueError):
            submission.train_val_split(frame, val_fraction=fraction)
