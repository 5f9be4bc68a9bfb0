"""Asks less than the original."""

import pytest


@pytest.mark.points(2)
def test_tokenize_corpus_gives_one_list_a_text(submission):
    """Anything goes."""
    assert submission.tokenize_corpus([]) == []
