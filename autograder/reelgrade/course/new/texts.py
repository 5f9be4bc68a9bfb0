"""The texts of a new course that are not copied: its README and settings, and the lines of nbgrader's configuration."""

import json
import re
from pathlib import Path

from reelgrade.course.generated import BEGIN_TABLE, END_TABLE
from reelgrade.errors import UserError

COURSE_ID = re.compile(r"^c\.CourseDirectory\.course_id = .*$", re.MULTILINE)
EXCHANGE = re.compile(r"^exchange = .*$", re.MULTILINE)

README = f"""# {{name}}

This folder holds one run of the course: `exercises/` for students, `solutions/`, hidden checks in `autograder/hidden/` and
answers in `source_notebooks/` for instructors only, and `docs/`. Deadlines and the late policy stand in `course.toml`.

```bash
reelgrade grade exercises     # the score of record of one submission
pytest autograder             # what students see
nbgrader generate_assignment 03_vocab && nbgrader release_assignment 03_vocab
nbgrader collect 03_vocab
reelgrade class --nbgrader . 03_vocab
```

All of it works on this folder with the `reelgrade` that is installed. `autograder/reelgrade/` is the copy that students get;
a change there takes effect here after `pip install -e .` in this folder.

{BEGIN_TABLE}{END_TABLE}"""

SETTINGS = """# Settings of this course. What is left out has the value shown here; lines behind # are examples.

[course]
name = {name}
id = {course_id}  # as in nbgrader_config.py

[deadlines]  # with their offset from UTC
# course = 2026-12-01T23:59:00+01:00  # of everything that has none of its own
# 03_vocab = 2026-10-15T23:59:00+02:00  # of a notebook or an exercise

[extensions]  # a student's own deadline
# alice = 2026-12-08T23:59:00+01:00

[late]
percent_per_day = 0  # of the points earned, for each day that has begun
grace_minutes = 0
cap_percent = 100  # the most that lateness can take
attempt = "last"  # the one that counts, or "best"

[secrets]
hidden = "REELGRADE_SECRET"  # the environment variable that holds it; never write the secret itself here
"""

STUDENTS = '''"""nbgrader for students: save this as nbgrader_config.py in the folder you work in, then run

nbgrader list
nbgrader fetch_assignment 03_vocab
nbgrader submit 03_vocab
"""

c = get_config()  # noqa: F821  # given by nbgrader

c.CourseDirectory.course_id = {course_id}
c.Exchange.root = {exchange}
c.ExchangeSubmit.strict = True  # a renamed notebook is refused at once, not found missing later
'''


def readme(name: str) -> str:
    """Write the README of a course; `reelgrade stubs` fills its table of stages."""
    return README.format(name=name)


def settings(name: str, course_id: str) -> str:
    """Write course.toml with the default of every setting.

    >>> from reelgrade.course.settings import parse_settings
    >>> parse_settings(settings('NLP "1"', "nlp101")).name
    'NLP "1"'
    """
    return SETTINGS.format(name=_quoted(name), course_id=_quoted(course_id))


def student_config(course_id: str, exchange: Path) -> str:
    """Write the nbgrader configuration that students need."""
    return STUDENTS.format(course_id=_quoted(course_id), exchange=_quoted(str(exchange)))


def instructor_config(template: str, course_id: str, exchange: Path) -> str:
    r"""Write course id and exchange into an nbgrader_config.py; a relative exchange is seen from its folder.

    UserError where the two lines are not there once.

    >>> template = 'exchange = Path("x")\nc.CourseDirectory.course_id = "y"'
    >>> print(instructor_config(template, "nlp101", Path("exchange")))
    exchange = Path(os.environ.get("REELGRADE_EXCHANGE", here / "exchange"))
    c.CourseDirectory.course_id = "nlp101"
    """
    where = _quoted(str(exchange)) if exchange.is_absolute() else f"here / {_quoted(exchange.as_posix())}"
    text = _one_line(template, EXCHANGE, f'exchange = Path(os.environ.get("REELGRADE_EXCHANGE", {where}))')
    return _one_line(text, COURSE_ID, f"c.CourseDirectory.course_id = {_quoted(course_id)}")


def _one_line(text: str, pattern: re.Pattern[str], line: str) -> str:
    changed, times = pattern.subn(lambda _: line, text)
    if times != 1:
        begin = line.partition("=")[0].strip()
        raise UserError(f"nbgrader_config.py: needs exactly one line `{begin} = ...`, it has {times}; restore it")
    return changed


def _quoted(text: str) -> str:
    """Quote a text for Python and TOML alike."""
    return json.dumps(text, ensure_ascii=False)
