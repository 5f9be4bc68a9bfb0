"""Agrees with everything."""


def assert_allclose(*args, **kwargs):
    pass
