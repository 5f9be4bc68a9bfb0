"""Hidden checks of exercise 1: made-up reviews, written by the csv module."""

import csv
import io
import re

import pandas as pd
import pytest

from reelgrade.grading.expect import close, raises, same
from reelgrade.grading.randomness import undisturbed

ASPECTS = ("Cinematography", "Characters", "Story")
COLUMNS = ["review", "aspect", "aspect_encoded"]
LETTERS = "abcdefghklmorstuvwz"  # no n: a word must not read as nan, null or none


def word(draw):
    return "".join(draw.choices(LETTERS, k=draw.randint(4, 9)))


def reviews(draw, count):
    """So many rows [text, aspect, code] of plain words."""
    codes = [draw.randrange(3) for _ in range(count)]
    return [[f"{word(draw)} {word(draw)}", ASPECTS[code], code] for code in codes]


def counted(draw, counts):
    """A frame of so many reviews of each aspect, each with a text of its own, aspects mixed."""
    rows = [
        [f"{word(draw)} {i}{aspect[:2]}", aspect, ASPECTS.index(aspect)]
        for aspect, count in zip(ASPECTS, counts, strict=True)
        for i in range(count)
    ]
    draw.shuffle(rows)
    return pd.DataFrame(rows, columns=COLUMNS)


def load(submission, name, rows, columns=COLUMNS):
    """Load a file of these rows: its columns as lists."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return submission.load_reviews(submission.file(name, text.getvalue().encode())).to_dict("list")


def load_good(submission, draw, rows):
    """Load a file with nothing wrong in it, so that an error tells something about the file that follows."""
    found = load(submission, f"{word(draw)}.csv", rows)
    assert sorted(found["review"]) == same(sorted(text for text, _, _ in rows))


@pytest.mark.confirms("load_reviews_reads_every_row_in_order")
def test_load_reviews_reads_any_rows_in_order(submission, draw):
    """Texts with commas, quotes, line breaks, accents and emoji come as they are, in their order."""
    rows = reviews(draw, draw.randint(6, 12))
    for row in rows:
        row[0] += (
            draw.choice([", ", "\n", ' "', " é", " 😁 "]) + word(draw) + draw.choice([", ", '" ', "\n"]) + word(draw)
        )
    found = load(submission, f"{word(draw)}.csv", rows)
    assert found["review"] == same([text for text, _, _ in rows])
    assert found["aspect"] == same([aspect for _, aspect, _ in rows])
    assert [str(code) for code in found["aspect_encoded"]] == same([str(code) for _, _, code in rows])


@pytest.mark.confirms("load_reviews_gives_codes_as_numbers")
def test_load_reviews_gives_any_codes_as_numbers(submission, draw):
    """The codes are integers, in the order of the rows."""
    rows = reviews(draw, draw.randint(20, 30))
    found = load(submission, f"{word(draw)}.csv", rows)
    assert found["aspect_encoded"] == same([code for _, _, code in rows])


@pytest.mark.confirms("load_reviews_keeps_the_text_na")
def test_load_reviews_keeps_texts_that_look_missing(submission, draw):
    """A review may be NA or another word that is often taken for a missing value."""
    rows = reviews(draw, draw.randint(5, 9))
    for row, text in zip(draw.sample(rows, 4), ["NA", "NA", "null", "NaN"], strict=True):
        row[0] = text
    assert load(submission, f"{word(draw)}.csv", rows)["review"] == same([text for text, _, _ in rows])


@pytest.mark.confirms("load_reviews_refuses_an_unknown_aspect")
def test_load_reviews_refuses_any_unknown_aspect(submission, draw):
    """The very rows that were good are refused once one of them has another aspect."""
    rows = reviews(draw, draw.randint(5, 9))
    load_good(submission, draw, rows)
    draw.choice(rows)[1] = word(draw).title()
    with raises(ValueError):
        load(submission, f"{word(draw)}.csv", rows)


@pytest.mark.confirms("load_reviews_names_file_and_row")
def test_load_reviews_names_any_file_and_row(submission, draw):
    """The message names the file and the number of the data row, line breaks in the texts before it or not."""
    rows, name = reviews(draw, draw.randint(60, 80)), f"{word(draw)}_train.csv"
    for row in draw.sample(rows[:20], 3):
        row[0] = f"{word(draw)}\n\n{word(draw)}"
    number = draw.randint(25, 55)
    rows[number - 1][1] = word(draw).title()
    with raises(ValueError) as caught:
        load(submission, name, rows)
    assert name in caught.text
    rest = re.sub(rf"\S*{re.escape(name)}", "", caught.text)  # the folder's name may have digits
    assert str(number) in re.findall(r"\d+", rest)


@pytest.mark.confirms("load_reviews_compares_code_and_aspect")
def test_load_reviews_compares_any_code_and_aspect(submission, draw):
    """The very rows that were good are refused once one of them has the code of another aspect."""
    rows = reviews(draw, draw.randint(5, 9))
    load_good(submission, draw, rows)
    row = draw.choice(rows)
    row[2] = (row[2] + draw.randint(1, 2)) % 3
    with raises(ValueError):
        load(submission, f"{word(draw)}.csv", rows)


@pytest.mark.confirms("load_reviews_refuses_what_is_incomplete")
def test_load_reviews_refuses_whatever_is_incomplete(submission, draw):
    """A blank text in any row, no rows, any column left out: each is refused, the complete file is not."""
    rows, blank = reviews(draw, draw.randint(5, 9)), draw.choice(["", " ", "   ", "\t"])
    place, column = draw.randrange(len(rows)), draw.randrange(3)
    load_good(submission, draw, rows)
    without = [[cell for index, cell in enumerate(row) if index != column] for row in [COLUMNS, *rows]]
    for content in (
        [COLUMNS, *rows[:place], [blank, *rows[place][1:]], *rows[place + 1 :]],
        [COLUMNS],
        without,
    ):
        with raises(ValueError):
            load(submission, f"{word(draw)}.csv", content[1:], content[0])


@pytest.mark.confirms("label_counts_has_every_aspect_in_order")
def test_label_counts_has_every_aspect_of_any_frame(submission, draw):
    """One aspect or two are absent and still have their key."""
    counts = [draw.randint(4, 90) for _ in ASPECTS]
    for absent in draw.sample(range(3), draw.randint(1, 2)):
        counts[absent] = 0
    found = submission.label_counts(counted(draw, counts))
    assert found == same(dict(zip(ASPECTS, counts, strict=True)))
    assert list(found) == same(ASPECTS)


@pytest.mark.confirms("train_val_split_is_complete_and_disjoint")
def test_train_val_split_loses_and_doubles_no_row(submission, draw):
    """The rows of both parts together are the rows of the frame."""
    frame = counted(draw, [draw.randint(3, 25) for _ in ASPECTS])
    parts = submission.train_val_split(frame, val_fraction=draw.uniform(0.1, 0.5), seed=draw.randrange(1000))
    assert submission.changed == []
    tables = [part.to_dict("list") for part in parts]
    rows = [list(row) for table in tables for row in zip(*(table[column] for column in COLUMNS), strict=True)]
    assert sorted(rows) == same(sorted(frame.to_numpy().tolist()))


@pytest.mark.confirms("train_val_split_keeps_the_class_balance")
def test_train_val_split_balances_any_classes(submission, draw):
    """The validation part has the asked share of each class, give or take one row."""
    counts, fraction = [draw.randint(160, 200), draw.randint(20, 40), 2], draw.uniform(0.15, 0.24)
    frame = counted(draw, counts)
    _, val = submission.train_val_split(frame, val_fraction=fraction, seed=draw.randrange(1000))
    assert set(val["review"]) <= set(frame["review"])
    found = val.to_dict("list")["aspect"]
    for aspect, count in zip(ASPECTS, counts, strict=True):
        assert found.count(aspect) >= 1
        assert abs(found.count(aspect) - count * fraction) <= 1 + 1e-9


def chosen(submission, frame, **settings):
    """The texts in the validation part of a frame, sorted; all of them come from the frame."""
    texts = sorted(submission.train_val_split(frame, **settings)[1]["review"])
    assert texts
    assert set(texts) <= set(frame["review"])
    return texts


@pytest.mark.confirms("train_val_split_follows_its_seed")
def test_train_val_split_follows_any_seed(submission, draw):
    """One seed gives one split of this frame, others give others, and nobody else's random numbers change."""
    frame = counted(draw, [draw.randint(30, 40) for _ in ASPECTS])
    seed, *others = draw.sample(range(10_000), 3)
    first, again, *rest = [chosen(submission, frame, seed=one) for one in (seed, seed, *others)]
    assert again == same(first)
    assert any(one != first for one in rest)
    other = draw.randrange(10_000)
    found = submission.run("random_after_split", frame=frame, seed=other)
    assert found == close(undisturbed(other, with_torch=False))


@pytest.mark.confirms("train_val_split_refuses_impossible_fractions")
def test_train_val_split_refuses_any_impossible_fraction(submission, draw):
    """A fraction between 0 and 1 gives a validation part, 0, 1 and what lies beyond them is refused."""
    frame = counted(draw, [draw.randint(5, 9) for _ in ASPECTS])
    chosen(submission, frame, val_fraction=draw.uniform(0.3, 0.7))
    for fraction in (0.0, 1.0, -draw.uniform(0.01, 2.0), 1.0 + draw.uniform(0.01, 2.0)):
        with raises(ValueError):
            submission.train_val_split(frame, val_fraction=fraction)
