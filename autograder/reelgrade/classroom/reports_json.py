"""Write a whole report as JSON and read it back, so that every output can be made again from the journal."""

from functools import cache

from cattrs.preconf.json import JsonConverter, make_converter

from reelgrade.grading.report import Report


def to_json(report: Report) -> str:
    """Write a report; `from_json` gives an equal one.

    >>> from_json(to_json(Report("alice", (), 0, 0, False))).submission
    'alice'
    """
    return _converter().dumps(report)


def from_json(text: str) -> Report:
    """Read a report that `to_json` wrote."""
    return _converter().loads(text, Report)


@cache
def _converter() -> JsonConverter:
    return make_converter(detailed_validation=False)
