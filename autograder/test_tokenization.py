"""Checks of exercise 2."""

import pytest

from reelgrade.grading.expect import same


@pytest.mark.points(1)
def test_tokenize_lowers_the_case(submission):
    """Words are lower-cased, so that Plot and plot are one word."""
    assert submission.tokenize("The PLOT thickens") == same(
        ["the", "plot", "thickens"], mistakes={"the case is kept": ["The", "PLOT", "thickens"]}
    )


@pytest.mark.points(1)
def test_tokenize_drops_punctuation(submission):
    """Punctuation belongs to no word, and words that it joins come apart."""
    assert submission.tokenize("well-shot, (mostly) dull... and/or long!") == same(
        ["well", "shot", "mostly", "dull", "and", "or", "long"],
        mistakes={"the text is cut at white space only": ["well-shot,", "(mostly)", "dull...", "and/or", "long!"]},
    )
    assert submission.tokenize("slow—but “good”…\nand\tgood") == same(["slow", "but", "good", "and", "good"])


@pytest.mark.points(1)
def test_tokenize_cuts_at_an_apostrophe(submission):
    """An apostrophe is no word character: "let's" is let and s."""
    assert submission.tokenize("let's see what isn't") == same(
        ["let", "s", "see", "what", "isn", "t"],
        mistakes={"words of one letter are dropped": ["let", "see", "what", "isn"]},
    )
    assert submission.tokenize("'tis the actors' film, it\u2019s") == same(["tis", "the", "actors", "film", "it", "s"])


@pytest.mark.points(1)
def test_tokenize_keeps_digits_and_underscores(submission):
    """Digits and underscores are word characters."""
    assert submission.tokenize("shot in 1978 on 35mm, see reel_2 and __init__ or _") == same(
        ["shot", "in", "1978", "on", "35mm", "see", "reel_2", "and", "__init__", "or", "_"]
    )


@pytest.mark.points(1)
def test_tokenize_knows_letters_of_all_languages(submission):
    """Accents and other alphabets are letters too."""
    assert submission.tokenize("Amélie où? ÉTÉ, Фильм, 映画") == same(["amélie", "où", "été", "фильм", "映画"])
    assert submission.tokenize("Straße") == same(["straße"], mistakes={"casefold is more than lower": ["strasse"]})


@pytest.mark.points(0.5)
def test_tokenize_drops_emoji(submission):
    """An emoji is no word."""
    assert submission.tokenize("fun 😁😁 and ❤ too") == same(["fun", "and", "too"])


@pytest.mark.points(0.5)
def test_tokenize_takes_empty_and_long_texts(submission):
    """An empty text has no words; a very long one has all of them."""
    assert submission.tokenize("") == same([])
    assert submission.tokenize(" ?! ") == same([])
    assert submission.tokenize("a cut, " * 5000) == same(["a", "cut"] * 5000)


@pytest.mark.points(1)
def test_tokenize_corpus_gives_one_list_a_text(submission):
    """The result has one list of words for each text, in the order of the texts, empty ones included."""
    assert submission.tokenize_corpus(["Zoom out.", "", "A slow pan"]) == same(
        [["zoom", "out"], [], ["a", "slow", "pan"]],
        mistakes={
            "all words went into one list": ["zoom", "out", "a", "slow", "pan"],
            "empty texts are left out": [["zoom", "out"], ["a", "slow", "pan"]],
        },
    )
    assert submission.tokenize_corpus(["b\na", "a", "b\na"]) == same(
        [["b", "a"], ["a"], ["b", "a"]], mistakes={"equal texts are left out": [["b", "a"], ["a"]]}
    )
    assert submission.tokenize_corpus([]) == same([])


@pytest.mark.points(1)
def test_tokenize_corpus_walks_its_texts_once(submission):
    """The texts may be any iterable, also one that can be walked only once."""
    assert submission.tokenize_corpus(submission.iterator(["One take", "two"])) == same([["one", "take"], ["two"]])
