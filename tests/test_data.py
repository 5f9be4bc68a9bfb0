"""The shipped data is what its datasheet says, and bad data is refused by file, row and cause."""

import hashlib
import statistics

import pytest

from reelgrade.course.folders import data_splits
from reelgrade.errors import UserError
from reelgrade.given import ASPECTS, read_rows
from warm import reelgrade

HEADER = "review,aspect,aspect_encoded\n"
GOOD = HEADER + "a fine plot,Story,2\n" + "a fine cast,Characters,1\n"


@pytest.fixture(scope="module")
def splits(repository, solutions):
    files = {
        "train": repository / "datasets" / "movie_aspects_train.csv",
        "test": repository / "datasets" / "movie_aspects_test.csv",
        "holdout": repository / "autograder" / "hidden" / "holdout.csv",
    }
    return {name: (file, solutions.data.load_reviews(file)) for name, file in files.items()}


def test_datasheet_counts_are_right(splits, solutions, repository):
    sheet = (repository / "datasets" / "README.md").read_text(encoding="utf-8")
    for name, (file, reviews) in splits.items():
        counts = " | ".join(str(count) for count in solutions.data.label_counts(reviews).values())
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        assert f"| {name} | {len(reviews)} | {counts} | `{sha256}` |" in sheet
    test = splits["test"][1]
    assert f"{100 * max(solutions.data.label_counts(test).values()) / len(test):.1f} % of its rows" in sheet


def test_datasheet_lengths_and_words_are_right(splits, solutions, repository):
    sheet = (repository / "datasets" / "README.md").read_text(encoding="utf-8")
    tokens = {name: solutions.tokenization.tokenize_corpus(reviews["review"]) for name, (_, reviews) in splits.items()}
    vocab = solutions.vocab.build_vocab(tokens["train"])
    for name, texts in tokens.items():
        lengths = [len(words) for words in texts]
        types = len({word for words in texts for word in words})
        unknown = 100 * solutions.vocab.unknown_rate([solutions.vocab.encode(words, vocab) for words in texts])
        row = (
            f"| {name} | {sum(lengths)} | {types} | {statistics.median(lengths):.1f} | {statistics.mean(lengths):.1f} | "
            f"{max(lengths)} | {sum(length > 128 for length in lengths)} | {unknown:.1f} % |"
        )
        assert row in sheet


def test_splits_share_no_text(splits):
    texts = [set(reviews["review"].str.lower()) for _, reviews in splits.values()]
    assert sum(map(len, texts)) == len(set.union(*texts)) == 651


def test_no_run_of_eight_words_is_shared_with_the_source_csvs(splits, solutions, original_folder):
    def runs(texts):
        return {
            tuple(words[i : i + 8])
            for words in map(solutions.tokenization.tokenize, texts)
            for i in range(len(words) - 7)
        }

    originals = [row["review"] for file in sorted(original_folder.glob("*.csv")) for row in read_rows(file)]
    assert len(originals) == 501
    for _, reviews in splits.values():
        assert not runs(reviews["review"]) & runs(originals)


def test_crlf_bom_and_the_text_na_are_fine(tmp_path, solutions):
    path = tmp_path / "x_train.csv"
    path.write_bytes(
        b"\xef\xbb\xbf" + (HEADER + 'NA,Story,2\n"two\nlines",Characters,1\n').replace("\n", "\r\n").encode()
    )
    reviews = solutions.data.load_reviews(path)
    assert reviews["review"].tolist() == ["NA", "two\r\nlines"]
    assert reviews["aspect_encoded"].tolist() == [2, 1]


BAD_FILES = {
    "missing column": (b"review,aspect\nfine,Story\n", r"missing column aspect_encoded"),
    "wrong column": (b"text,aspect,aspect_encoded\nfine,Story,2\n", r"missing column review"),
    "duplicate header": (
        b"review,aspect,aspect,aspect_encoded\na,Story,Story,2\n",
        r"header: column aspect occurs twice",
    ),
    "header again": ((HEADER + HEADER).encode(), r"data row 1: unknown aspect 'aspect'"),
    "unknown aspect": ((GOOD + "loud,Music,3\n").encode(), r"data row 3: unknown aspect 'Music'"),
    "code disagrees": ((GOOD + "fine,Story,1\n").encode(), r"data row 3: aspect_encoded is '1' but Story is 2"),
    "code is no number": ((GOOD + "fine,Story,two\n").encode(), r"data row 3: aspect_encoded is 'two'"),
    "empty review": ((HEADER + ",Story,2\n").encode(), r"data row 1: empty review"),
    "blank review": ((GOOD + "  ,Story,2\n").encode(), r"data row 3: empty review"),
    "too few fields": ((GOOD + "Story,2\n").encode(), r"data row 3: not 3 fields"),
    "too many fields": ((GOOD + "well, fine,Story,2\n").encode(), r"data row 3: not 3 fields"),
    "open quote": ((GOOD + '"fine,Story,2\n').encode(), r"data row 3: .*quotes"),
    "not UTF-8": (GOOD.encode() + b"caf\xe9,Story,2\n", r"data row 3: not UTF-8 \(byte 0xe9"),
    "not UTF-8 at once": (b"\xff\xfer", r"header: not UTF-8"),
    "no rows": (HEADER.encode(), r"no data rows"),
    "nothing": (b"", r"empty file"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_bad_files_are_refused_by_name_row_and_cause(kind, tmp_path, solutions):
    content, message = BAD_FILES[kind]
    path = tmp_path / "x_train.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        solutions.data.load_reviews(path)
    assert str(path) in str(caught.value)


def test_a_bad_file_ends_the_command_with_2_and_leaves_nothing(tmp_path, repository):
    (tmp_path / "x_train.csv").write_text(GOOD + "loud,Music,3\n", encoding="utf-8")
    (tmp_path / "x_test.csv").write_text(GOOD, encoding="utf-8")
    out = tmp_path / "deep" / "out"
    ended = reelgrade("reproduce", "--data", tmp_path, "--out", out)
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith("reelgrade: ")
    assert "x_train.csv, data row 3: unknown aspect 'Music'" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not out.parent.exists()


def test_data_folders_are_found_and_refused(tmp_path, repository, monkeypatch):
    with pytest.raises(UserError, match="no such data folder"):
        data_splits(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"exactly one file \*_train.csv, found none"):
        data_splits(tmp_path)
    for name in ("a_train.csv", "a_test.csv"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    monkeypatch.setenv("REELGRADE_DATA", str(tmp_path))
    assert data_splits().train.name == "a_train.csv"
    (tmp_path / "b_train.csv").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UserError, match=r"found a_train.csv, b_train.csv"):
        data_splits()
    monkeypatch.delenv("REELGRADE_DATA")
    monkeypatch.chdir(repository / "docs")
    assert data_splits().test == repository / "datasets" / "movie_aspects_test.csv"


def test_aspects_are_in_the_order_of_their_codes(splits):
    for _, reviews in splits.values():
        assert [ASPECTS[code] for code in reviews["aspect_encoded"]] == reviews["aspect"].tolist()
