"""Hidden checks of exercise 2: words first, texts made of them."""

import string

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
PUNCTUATION = ("-", "/", ", ", ". ", "... ", "! ", " (", ") ", '" ', "; ", ": ", "?! ", " & ")


def word(draw, letters=string.ascii_lowercase):
    return "".join(draw.choices(letters, k=draw.randint(2, 9)))


def words(draw, count):
    return [word(draw) for _ in range(count)]


@pytest.mark.confirms("tokenize_lowers_the_case")
def test_tokenize_lowers_any_case(submission, draw):
    """Upper-case letters become lower case wherever they stand in a word."""
    plain = words(draw, draw.randint(4, 8))
    written = ["".join(letter.upper() if draw.random() < 0.5 else letter for letter in one) for one in plain]
    assert submission.tokenize(" ".join([plain[0].upper(), *written[1:]])) == same(plain)


@pytest.mark.confirms("tokenize_drops_punctuation")
def test_tokenize_cuts_at_any_punctuation(submission, draw):
    """Whatever punctuation stands between two words is dropped, and they come apart."""
    plain = words(draw, draw.randint(8, 14))
    text = "".join(one + draw.choice(PUNCTUATION) for one in plain)
    assert submission.tokenize(draw.choice(["", "(", '"']) + text) == same(plain)


@pytest.mark.confirms("tokenize_cuts_at_an_apostrophe")
def test_tokenize_cuts_at_any_apostrophe(submission, draw):
    """What stands before and after an apostrophe are two words, of one letter or more."""
    pairs = [(one, draw.choice(["s", "t", "d", "ll", word(draw)])) for one in words(draw, draw.randint(5, 9))]
    text = " ".join("'".join(pair) for pair in pairs)
    assert submission.tokenize(text) == same([part for pair in pairs for part in pair])


@pytest.mark.confirms("tokenize_keeps_digits_and_underscores")
def test_tokenize_keeps_any_digits_and_underscores(submission, draw):
    """Words may be made of letters, digits and underscores in any order."""
    parts = [[word(draw), str(draw.randint(10, 9999)), "_"] for _ in range(draw.randint(6, 10))]
    written = ["".join(draw.sample(part, draw.randint(2, 3))) for part in parts] + [str(draw.randint(10, 9999))]
    draw.shuffle(written)
    assert submission.tokenize(" ".join(written)) == same(written)


@pytest.mark.confirms("tokenize_knows_letters_of_all_languages")
def test_tokenize_knows_any_alphabet(submission, draw):
    """Words of Latin, Cyrillic, Greek, Hebrew and Chinese letters are words."""
    plain = [word(draw, letters) for letters in ALPHABETS for _ in range(2)]
    draw.shuffle(plain)
    assert submission.tokenize(" ".join(draw.choice([one, one.upper()]) for one in plain)) == same(plain)


@pytest.mark.confirms("tokenize_drops_emoji")
def test_tokenize_drops_any_emoji(submission, draw):
    """Emoji between the words, one or several, leave nothing behind."""
    plain = words(draw, draw.randint(6, 10))
    written = [f"{one} {''.join(draw.choices('😁😍🎬🍿👏🔥❤', k=draw.randint(1, 3)))}" for one in plain]
    assert submission.tokenize(" ".join(written)) == same(plain)


@pytest.mark.confirms("tokenize_takes_empty_and_long_texts")
def test_tokenize_takes_any_long_text_and_any_without_words(submission, draw):
    """A text of thousands of words has all of them, one of blanks and punctuation has none."""
    plain = words(draw, draw.randint(5, 9)) * draw.randint(300, 400)
    assert submission.tokenize(", ".join(plain)) == same(plain)
    assert submission.tokenize("".join(draw.choices(" \n\t?!.,", k=draw.randint(20, 40)))) == same([])


@pytest.mark.confirms("tokenize_corpus_gives_one_list_a_text")
def test_tokenize_corpus_gives_one_list_for_any_text(submission, draw):
    """Each text has its list, at its place, an empty text an empty one."""
    corpus = [words(draw, draw.randint(1, 5)) for _ in range(draw.randint(4, 8))]
    corpus.insert(draw.randrange(len(corpus)), [])
    assert submission.tokenize_corpus([" ".join(plain) for plain in corpus]) == same(corpus)


@pytest.mark.confirms("tokenize_corpus_walks_its_texts_once")
def test_tokenize_corpus_walks_any_texts_once(submission, draw):
    """Texts that can be walked only once are all there."""
    corpus = [words(draw, draw.randint(1, 5)) for _ in range(draw.randint(4, 8))]
    found = submission.tokenize_corpus(submission.iterator([" ".join(plain) for plain in corpus]))
    assert sorted(map(list, found)) == same(sorted(corpus))
