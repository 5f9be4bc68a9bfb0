"""Asks for nothing."""

import pytest


@pytest.mark.points(100)
def test_tokenize_lowers_the_case(submission):
    """Anything goes."""
