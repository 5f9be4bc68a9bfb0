"""Templates of HTML pages: every text is escaped, and every value has to be there."""

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from reelgrade.grading.printable import printable
from reelgrade.grading.writers.escape import LONGEST


@cache
def templates(*packages: str) -> Environment:
    """Give the templates of some packages, the first first, with the filters that our pages use.

    >>> templates("reelgrade.grading.writers").from_string("{{ name | shown }}").render(name="<b>")
    '&lt;b&gt;'
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package, "") for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = lambda text: printable(str(text), LONGEST)
    environment.filters["points"] = lambda value: f"{value:g}"
    environment.filters["rounded"] = lambda value: f"{round(value, 1):g}"
    environment.filters["slug"] = lambda status: status.replace(" ", "-")
    return environment
