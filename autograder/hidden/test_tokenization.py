"""Hidden checks of exercise 2: words first, texts made of them."""

import string
from itertools import pairwise

import pytest

from reelgrade.grading.expect import same

ALPHABETS = (  # letters with one lower and one upper form, or with no case at all
    "abcdefghijklmnopqrstuvwxyz",
    "àáâäåæçèéêëìíîïñòóôöøùúûü",
    "абвгдежзийклмнопрстуфхцчшщэюя",
    "αβγδεζηθικλμνξοπρτυφχψω",
    "אבגדהוזחטיכלמ",
    "映画監督作品物語",
)
PUNCTUATION = (  # no mark of these is a word character
    "-",
    "/",
    ", ",
    ". ",
    "... ",
    "! ",
    " (",
    ") ",
    '" ',
    "; ",
    ": ",
    "?! ",
    " & ",
    "—",
    "…",
    "”",
    "\n",
    "\t",
)


def word(draw, letters=string.ascii_lowercase):
    return "".join(draw.choices(letters, k=draw.randint(2, 9)))


def words(draw, count):
    """So many words; one of them comes twice in a row, and again at the end."""
    some = [word(draw) for _ in range(count - 2)]
    return [some[0], *some, some[0]]


@pytest.mark.confirms("tokenize_lowers_the_case")
def test_tokenize_lowers_any_case(submission, draw):
    """Upper-case letters become lower case wherever they stand in a word."""
    plain = words(draw, draw.randint(7, 9))
    for written in (
        [one.upper() for one in plain],
        [one.title() for one in plain],
        [one[:-1] + one[-1].upper() for one in plain],
        ["".join(draw.choice([letter, letter.upper()]) for letter in one) for one in plain],
    ):
        assert submission.tokenize(" ".join(written)) == same(plain)


@pytest.mark.confirms("tokenize_drops_punctuation")
def test_tokenize_cuts_at_any_punctuation(submission, draw):
    """Whatever punctuation stands between two words is dropped, and they come apart."""
    plain = words(draw, len(PUNCTUATION))
    text = "".join(one + mark for one, mark in zip(plain, draw.sample(PUNCTUATION, len(plain)), strict=True))
    for before in ("", "(", '"', "…", " "):
        assert submission.tokenize(before + text) == same(plain)


@pytest.mark.confirms("tokenize_cuts_at_an_apostrophe")
def test_tokenize_cuts_at_any_apostrophe(submission, draw):
    """What stands before and after an apostrophe are two words, of one letter or more."""
    pairs = [(one, end) for one in words(draw, 4) for end in ("s", "t", "d", "ll", word(draw))]
    draw.shuffle(pairs)
    for apostrophe in ("'", "\u2019"):
        text = " ".join(apostrophe.join(pair) for pair in pairs)
        assert submission.tokenize(text) == same([part for pair in pairs for part in pair])
    plain = words(draw, 3)
    assert submission.tokenize(" ".join(f"'{one} {one}'" for one in plain)) == same(
        [part for one in plain for part in (one, one)]
    )


@pytest.mark.confirms("tokenize_keeps_digits_and_underscores")
def test_tokenize_keeps_any_digits_and_underscores(submission, draw):
    """Words may be made of letters, digits and underscores in any order, or of one sort alone."""
    parts = [[word(draw), str(draw.randint(10, 9999)), "_"] for _ in range(6)]
    written = ["".join(draw.sample(part, length)) for part in parts for length in (2, 3)]
    written += [f"_{word(draw)}", f"{word(draw)}_", f"__{word(draw)}__", str(draw.randint(0, 9)), "_", "__"]
    draw.shuffle(written)
    assert submission.tokenize(" ".join(written)) == same(written)


@pytest.mark.confirms("tokenize_knows_letters_of_all_languages")
def test_tokenize_knows_any_alphabet(submission, draw):
    """Words of Latin, Cyrillic, Greek, Hebrew and Chinese letters are words, and so is one of two alphabets."""
    plain = [word(draw, letters) for letters in ALPHABETS for _ in range(2)]
    plain += [word(draw, first) + word(draw, last) for first, last in pairwise(ALPHABETS)]
    draw.shuffle(plain)
    for written in (plain, [one.upper() for one in plain]):
        assert submission.tokenize(" ".join(written)) == same(plain)
    sharp = f"{word(draw)}ß{word(draw)}"
    assert submission.tokenize(sharp.title()) == same([sharp])


@pytest.mark.confirms("tokenize_drops_emoji")
def test_tokenize_drops_any_emoji(submission, draw):
    """Emoji between the words, one or several, with a blank or without, leave nothing behind."""
    emoji = "😁😍🎬🍿👏🔥❤🤔👍🚀"
    plain = words(draw, len(emoji))
    for blank in (" ", ""):
        written = [
            f"{one}{blank}{''.join(draw.choices(emoji, k=2))}{mark}" for one, mark in zip(plain, emoji, strict=True)
        ]
        assert submission.tokenize(" ".join(written)) == same(plain)


@pytest.mark.confirms("tokenize_takes_empty_and_long_texts")
def test_tokenize_takes_any_long_text_and_any_without_words(submission, draw):
    """A text of thousands of words has all of them, one of one word has it, one without words has none."""
    plain = words(draw, draw.randint(5, 9)) * draw.randint(300, 400)
    assert submission.tokenize(", ".join(plain)) == same(plain)
    one = word(draw) * draw.randint(100, 200)
    assert submission.tokenize(one) == same([one])
    for without in (" ", " \n\t", "?!.,", " \n\t?!.,…—"):
        assert submission.tokenize("".join(draw.choices(without, k=draw.randint(20, 40)))) == same([])


@pytest.mark.confirms("tokenize_corpus_gives_one_list_a_text")
def test_tokenize_corpus_gives_one_list_for_any_text(submission, draw):
    """Each text has its list, at its place, an empty text an empty one and an equal text an equal one."""
    corpus = [words(draw, draw.randint(3, 5)) for _ in range(draw.randint(4, 8))]
    corpus = [[], corpus[0], [], *corpus, [], [corpus[0][0]], corpus[1], []]
    for mark in " \n,":
        assert submission.tokenize_corpus([mark.join(plain) for plain in corpus]) == same(corpus)
    assert submission.tokenize_corpus([" ".join(corpus[1])]) == same([corpus[1]])


@pytest.mark.confirms("tokenize_corpus_walks_its_texts_once")
def test_tokenize_corpus_walks_any_texts_once(submission, draw):
    """Texts that can be walked only once are all there."""
    corpus = sorted((words(draw, draw.randint(3, 5)) for _ in range(draw.randint(4, 8))), reverse=True)
    found = submission.tokenize_corpus(submission.iterator([" ".join(plain) for plain in corpus]))
    assert found == same(corpus)
    assert submission.tokenize_corpus(submission.iterator([" ".join(corpus[0])])) == same(corpus[:1])
