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


def refuses(submission, draw, rows, columns=COLUMNS):
    """Expect a ValueError for a file of these rows."""
    with raises(ValueError):
        load(submission, f"{word(draw)}.csv", rows, columns)


def with_bad_row(rows, place, **cells):
    """These rows, one of them with other cells."""
    bad = [cells.get(column, cell) for column, cell in zip(COLUMNS, rows[place], strict=True)]
    return [*rows[:place], bad, *rows[place + 1 :]]


def places(draw, rows):
    """The first row, the last one and one between them."""
    return 0, len(rows) - 1, draw.randrange(1, len(rows) - 1)


@pytest.mark.confirms("load_reviews_reads_every_row_in_order")
def test_load_reviews_reads_any_rows_in_order(submission, draw):
    """Texts with commas, quotes, line breaks, accents and emoji come as they are, in their order; so do equal ones."""
    rows = reviews(draw, 9)
    for row, odd in zip(rows, [", ", "\n", ' "', " é", " 😁 ", "  ", "\t", " '", "; "], strict=True):
        row[0] += odd + word(draw)
    rows[3][0] += draw.choice(" \n")
    rows[4][0] = draw.choice(" \t") + rows[4][0]
    rows = draw.sample([*rows, rows[0], rows[1]], 11)
    for given in (rows, rows[:1], [[f"0{draw.randint(100, 999)}", *rows[0][1:]]]):
        found = load(submission, f"{word(draw)}.csv", given)
        assert found["review"] == same([text for text, _, _ in given])
        assert found["aspect"] == same([aspect for _, aspect, _ in given])
        assert [str(code) for code in found["aspect_encoded"]] == same([str(code) for _, _, code in given])
    backwards = load(submission, f"{word(draw)}.csv", [row[::-1] for row in rows], COLUMNS[::-1])
    assert [backwards[column] for column in COLUMNS] == same([list(column) for column in zip(*rows, strict=True)])


@pytest.mark.confirms("load_reviews_gives_codes_as_numbers")
def test_load_reviews_gives_any_codes_as_numbers(submission, draw):
    """The codes are integers, in the order of the rows."""
    rows = reviews(draw, draw.randint(20, 30))
    for given in (rows, rows[:1]):
        found = load(submission, f"{word(draw)}.csv", given)
        assert found["aspect_encoded"] == same([code for _, _, code in given])


@pytest.mark.confirms("load_reviews_keeps_the_text_na")
def test_load_reviews_keeps_texts_that_look_missing(submission, draw):
    """A review may be NA or another word that is often taken for a missing value."""
    texts = ["NA", "null", "NaN", "None", "n/a", "N/A", "nan", "NULL", "#N/A", "<NA>", "-"]
    rows = reviews(draw, 20)
    for row, text in zip(draw.sample(rows, len(texts)), texts, strict=True):
        row[0] = text
    assert load(submission, f"{word(draw)}.csv", rows)["review"] == same([text for text, _, _ in rows])


@pytest.mark.confirms("load_reviews_refuses_an_unknown_aspect")
def test_load_reviews_refuses_any_unknown_aspect(submission, draw):
    """The very rows that were good are refused once one of them, wherever it stands, has another aspect."""
    rows = reviews(draw, draw.randint(5, 9))
    load_good(submission, draw, rows)
    for place in places(draw, rows):
        for aspect in (word(draw).title(), rows[place][1].lower(), rows[place][1] + "s", ""):
            refuses(submission, draw, with_bad_row(rows, place, aspect=aspect))


@pytest.mark.confirms("load_reviews_names_file_and_row")
def test_load_reviews_names_any_file_and_row(submission, draw):
    """The message names the file and the number of the data row, line breaks in the texts before it or not."""
    rows, name = reviews(draw, draw.randint(60, 80)), f"{word(draw)}_train.csv"
    for row in draw.sample(rows[:20], 3):
        row[0] = f"{word(draw)}\n\n{word(draw)}"
    number = draw.randint(25, 55)
    load_good(submission, draw, rows)
    wrong = (rows[number - 1][2] + 1) % 3
    with raises(ValueError) as caught:
        load(submission, name, with_bad_row(rows, number - 1, aspect=word(draw).title()))
    messages = [caught.text]
    for cells in ({"review": " "}, {"review": ""}, {"aspect_encoded": wrong}):
        try:
            load(submission, name, with_bad_row(rows, number - 1, **cells))  # that this is refused is asked elsewhere
        except ValueError as error:
            messages.append(str(error))
    for message in messages:
        assert name in message
        rest = re.sub(rf"\S*{re.escape(name)}", "", message)  # the folder's name may have digits
        assert str(number) in re.findall(r"\d+", rest)


@pytest.mark.confirms("load_reviews_compares_code_and_aspect")
def test_load_reviews_compares_any_code_and_aspect(submission, draw):
    """The very rows that were good are refused once one of them, wherever it stands, has another code."""
    rows = draw.sample([[f"{word(draw)} {word(draw)}", ASPECTS[code], code] for code in (0, 1, 2) * 3], 9)
    load_good(submission, draw, rows)
    for place in places(draw, rows):
        code = rows[place][2]
        for other in ((code + 1) % 3, (code + 2) % 3, code - 3, code + 3, "", word(draw)):
            refuses(submission, draw, with_bad_row(rows, place, aspect_encoded=other))


@pytest.mark.confirms("load_reviews_refuses_what_is_incomplete")
def test_load_reviews_refuses_whatever_is_incomplete(submission, draw):
    """A blank text in any row, no rows, any column left out: each is refused, the complete file is not."""
    rows = reviews(draw, draw.randint(5, 9))
    load_good(submission, draw, rows)
    for place in places(draw, rows):
        for blank in ("", " ", "   ", "\t", "\n"):
            refuses(submission, draw, with_bad_row(rows, place, review=blank))
    refuses(submission, draw, [])
    for left_out in range(3):
        without = [[cell for index, cell in enumerate(row) if index != left_out] for row in [COLUMNS, *rows]]
        refuses(submission, draw, without[1:], without[0])


@pytest.mark.confirms("label_counts_has_every_aspect_in_order")
def test_label_counts_has_every_aspect_of_any_frame(submission, draw):
    """One aspect or two are absent and still have their key; equal texts and row numbers count each time."""
    for absent in ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2)):
        counts = [0 if aspect in absent else draw.randint(4, 20) for aspect in range(3)]
        frame = counted(draw, counts)
        repeated = frame.assign(review=word(draw)).set_index(frame["aspect_encoded"].to_numpy())
        for given in (frame, repeated, frame[["aspect"]]):
            found = submission.label_counts(given)
            assert found == same(dict(zip(ASPECTS, counts, strict=True)))
            assert list(found) == same(ASPECTS)


def rows_of(frame, columns):
    """The rows of a frame, sorted, each as a tuple of text."""
    return sorted(zip(*(map(str, frame[column]) for column in columns), strict=True))


def parts_of(submission, frame, **settings):
    """Split a frame: (train, val), which have together its rows, each once."""
    train, val = submission.train_val_split(frame, **settings)
    return complete(frame, train, val)


def complete(frame, train, val):
    """Both parts, after a look at their columns and rows."""
    columns = sorted(frame.columns)
    assert [sorted(train.columns), sorted(val.columns)] == same([columns, columns])
    assert sorted(rows_of(train, columns) + rows_of(val, columns)) == same(rows_of(frame, columns))
    return train, val


@pytest.mark.confirms("train_val_split_is_complete_and_disjoint")
def test_train_val_split_loses_and_doubles_no_row(submission, draw):
    """The rows of both parts together are the rows of the frame, whatever its index, texts and columns are."""
    frame = counted(draw, [draw.randint(8, 15) for _ in ASPECTS])
    rows = len(frame)
    for given in (
        frame,
        frame.assign(review=[f"{frame['review'][row % 4]}" for row in range(rows)]),
        frame.set_index(pd.Index([row % 5 for row in range(rows)])),
        frame.set_index(pd.Index([draw.randrange(1, 10**6) for _ in range(rows)])),
        frame.set_index("aspect", drop=False).rename_axis(None),
        frame[::-1],
        frame.assign(source=range(rows))[["source", "aspect", "review"]],
        frame[frame["aspect"] != draw.choice(ASPECTS)],
    ):
        parts_of(submission, given, val_fraction=draw.uniform(0.3, 0.7), seed=draw.randrange(1000))
        assert submission.changed == []


@pytest.mark.confirms("train_val_split_keeps_the_class_balance")
def test_train_val_split_balances_any_classes(submission, draw):
    """The validation part has the asked share of each class, give or take one row, one in five unless told."""
    for fraction in (draw.uniform(0.02, 0.05), draw.uniform(0.15, 0.24), 0.5, draw.uniform(0.6, 0.8), None):
        settings = {} if fraction is None else {"val_fraction": fraction}
        counts = draw.sample([draw.randint(90, 120), draw.randint(20, 40), 2], 3)
        _, val = parts_of(submission, counted(draw, counts), seed=draw.randrange(1000), **settings)
        found = val["aspect"].tolist()
        for aspect, count in zip(ASPECTS, counts, strict=True):
            assert found.count(aspect) >= 1
            assert abs(found.count(aspect) - count * (fraction or 0.2)) <= 1 + 1e-9


def chosen(submission, frame, **settings):
    """The texts in the validation part of each class of a frame, sorted."""
    _, val = parts_of(submission, frame, **settings)
    return [sorted(val["review"][val["aspect"] == aspect]) for aspect in ASPECTS]


@pytest.mark.confirms("train_val_split_follows_its_seed")
def test_train_val_split_follows_any_seed(submission, draw):
    """One seed gives one split of this frame, others give others, and nobody else's random numbers change."""
    frame = counted(draw, [draw.randint(30, 40) for _ in ASPECTS])
    seed, *others = draw.sample(range(1, 10_000), 3)
    rest = [chosen(submission, frame, seed=one) for one in others]
    for settings in ({"seed": seed}, {"seed": 0}):
        first = chosen(submission, frame, **settings)
        assert chosen(submission, frame, **settings) == same(first)
        for aspect in range(3):
            assert any(one[aspect] != first[aspect] for one in rest)
    assert chosen(submission, frame) == same(first)
    other = draw.randrange(10_000)
    found = submission.run("random_after_split", frame=frame, seed=other)
    complete(frame, found["train"], found["val"])
    assert found["numbers"] == close(undisturbed(other, with_torch=False))


@pytest.mark.confirms("train_val_split_refuses_impossible_fractions")
def test_train_val_split_refuses_any_impossible_fraction(submission, draw):
    """A fraction between 0 and 1 gives a validation part, 0, 1 and what lies beyond them is refused."""
    frame = counted(draw, [draw.randint(5, 9) for _ in ASPECTS])
    for fraction in (0.01, draw.uniform(0.3, 0.7), 0.99):
        parts_of(submission, frame, val_fraction=fraction)
    for fraction in (0.0, 1.0, 0, 1, -0.001, 1.001, -draw.uniform(0.01, 2.0), 1.0 + draw.uniform(0.01, 2.0)):
        with raises(ValueError):
            submission.train_val_split(frame, val_fraction=fraction)
