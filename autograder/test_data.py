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


@pytest.mark.points(0.5)
def test_load_reviews_reads_every_row_in_order(submission):
    """Each row of the file becomes one row of the frame, in the order of the file, with its text as it is."""
    frame = submission.load_reviews(submission.file("few_train.csv", csv(GOOD.replace("NA", "It ends"))))
    assert frame["review"].tolist() == same(["Big, bold\nframes", "It ends", "He, again"])
    assert frame["aspect"].tolist() == same(["Cinematography", "Story", "Characters"])
    assert [str(code) for code in frame["aspect_encoded"]] == same(["0", "2", "1"])


@pytest.mark.points(0.5)
def test_load_reviews_gives_codes_as_numbers(submission):
    """The codes are integers: a model cannot learn from the text "2"."""
    frame = submission.load_reviews(submission.file("few_train.csv", csv(GOOD.replace("NA", "It ends"))))
    assert frame["aspect_encoded"].tolist() == same([0, 2, 1], mistakes={"the codes are still text": ["0", "2", "1"]})


@pytest.mark.points(0.5)
def test_load_reviews_keeps_the_text_na(submission):
    """The text "NA" is a review like any other, not a missing value."""
    frame = submission.load_reviews(submission.file("few_train.csv", csv(GOOD)))
    assert frame["review"].tolist()[1] == same("NA", mistakes={"NA is read as a missing value": float("nan")})


@pytest.mark.points(0.5)
def test_load_reviews_refuses_an_unknown_aspect(submission):
    """An aspect that is none of the three is refused with a ValueError."""
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv(GOOD + "Loud drums,Music,0\n")))


@pytest.mark.points(0.5)
def test_load_reviews_names_file_and_row(submission):
    """The error names the file and the data row, counted from 1: header and line breaks inside a text do not count."""
    rows = GOOD + "Fine,Story,2\n" * 9 + "Loud drums,Music,0\n"
    with raises(ValueError) as caught:
        submission.load_reviews(submission.file("few_train.csv", csv(rows)))
    assert "few_train.csv" in caught.text, f"the message does not name few_train.csv: {caught.text}"
    without_path = re.sub(r"\S*few_train\.csv", "", caught.text)
    assert re.search(r"\b13\b", without_path), f"the bad row is data row 13, the message says: {caught.text}"


@pytest.mark.points(0.5)
def test_load_reviews_compares_code_and_aspect(submission):
    """A code that is not the index of its aspect is refused."""
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv(GOOD + "It ends,Story,1\n")))


@pytest.mark.points(0.5)
def test_load_reviews_refuses_what_is_incomplete(submission):
    """An empty review, a file without rows, a file without one of the three columns: each is a ValueError."""
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv(GOOD + ",Story,2\n")))
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv(GOOD + "   ,Story,2\n")))
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv(HEADER)))
    with raises(ValueError):
        submission.load_reviews(submission.file("few_train.csv", csv("review,aspect\nIt ends,Story\n")))


@pytest.mark.points(0.5)
def test_label_counts_has_every_aspect_in_order(submission):
    """All three aspects are keys, in their order, with 0 where there are no reviews."""
    frame = pd.DataFrame({"review": list("abcd"), "aspect": ["Story", "Story", "Characters", "Story"]})
    counts = submission.label_counts(frame.assign(aspect_encoded=[2, 2, 1, 2]))
    assert counts == same(
        {"Cinematography": 0, "Characters": 1, "Story": 3},
        mistakes={"absent aspects are left out": {"Characters": 1, "Story": 3}},
    )
    assert list(counts) == same(["Cinematography", "Characters", "Story"])


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


@pytest.mark.points(0.5)
def test_train_val_split_is_complete_and_disjoint(submission):
    """Each review lands in exactly one of the two parts, with its own labels, and the frame you are given stays as it is."""
    frame = numbered(20, 10, 5)
    train, val = submission.train_val_split(frame, val_fraction=0.2, seed=3)
    assert submission.changed == [], "the frame that came in was changed"
    columns = ["review", "aspect", "aspect_encoded"]
    both = train[columns].to_numpy().tolist() + val[columns].to_numpy().tolist()
    assert sorted(both) == same(sorted(frame.to_numpy().tolist()))


@pytest.mark.points(0.5)
def test_train_val_split_keeps_the_class_balance(submission):
    """Of each class about n * val_fraction reviews go to validation, and at least one."""
    for fraction, seed in ((0.2, 0), (0.5, 1), (0.2, 2)):
        _, val = submission.train_val_split(numbered(40, 15, 2), val_fraction=fraction, seed=seed)
        for name, n in (("Cinematography", 40), ("Characters", 15), ("Story", 2)):
            found = val["aspect"].tolist().count(name)
            assert found >= 1, f"no {name} in the validation part"
            assert abs(found - n * fraction) <= 1, (
                f"{found} of {n} {name} in the validation part, expected {n * fraction:g}"
            )


@pytest.mark.points(0.5)
def test_train_val_split_follows_its_seed(submission):
    """The same seed gives the same split, other seeds give others, and nobody else's random numbers change."""
    frame = numbered(30, 30, 30)
    chosen = [sorted(submission.train_val_split(frame, seed=seed)[1]["review"]) for seed in (1, 1, 2, 3)]
    assert chosen[0] == chosen[1], "two calls with the same seed gave different splits"
    assert chosen[0] != chosen[2] or chosen[0] != chosen[3], "three seeds gave the same split"
    assert submission.run("random_after_split", frame=frame, seed=5) == close(undisturbed(5, with_torch=False))


@pytest.mark.points(0.5)
def test_train_val_split_refuses_impossible_fractions(submission):
    """val_fraction must lie between 0 and 1, both excluded."""
    for fraction in (0.0, 1.0, -0.1, 1.5):
        with raises(ValueError):
            submission.train_val_split(numbered(9, 9, 9), val_fraction=fraction)
