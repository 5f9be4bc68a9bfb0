"""What course.toml says of one run of the course: its name and id, deadlines, what lateness costs, names of secrets.

A course without the file has the defaults. What the settings do is the business of those who read them.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from reelgrade.course.folders import EXERCISES, NOTEBOOKS
from reelgrade.errors import UserError

FILE = "course.toml"
SECRET = "REELGRADE_SECRET"
ATTEMPTS = ("best", "last")
MINUTES = 365 * 24 * 60.0  # of a year: a longer grace is a mistake
WHOLE = "course"  # the key of the deadline for everything that has none of its own


@dataclass(frozen=True)
class Late:
    """What lateness costs: a share of the points earned for each day, none within the grace, and the most it can be."""

    percent_per_day: float = 0.0
    grace_minutes: float = 0.0
    cap_percent: float = 100.0


@dataclass(frozen=True)
class Settings:
    """The settings of a course; `deadlines` holds those of single exercises and notebooks, `extensions` those of students.

    >>> Settings().late.percent_per_day
    0.0
    """

    name: str = "reelgrade"
    course_id: str = "reelgrade"
    deadline: datetime | None = None
    late: Late = Late()
    attempt: str = "last"  # or "best"
    extensions: Mapping[str, datetime] = field(default_factory=dict)
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    secret: str = SECRET  # the environment variable that holds it, never the secret itself


def load_settings(course: Path) -> Settings:
    """Read course.toml in the folder of a course; defaults where there is none.

    Raises UserError naming file, key and what is allowed: for an unknown key, and a value of another kind or range.
    """
    path = course / FILE
    try:
        return parse_settings(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); save it as UTF-8 text") from error


def use_secret(settings: Settings) -> None:
    """Take the secret of the hidden checks from the environment variable that course.toml names, for this process."""
    if settings.secret in os.environ:
        os.environ[SECRET] = os.environ[settings.secret]


def parse_settings(text: str, file: str = FILE) -> Settings:
    r"""Read the text of a course.toml.

    >>> parse_settings('[late]\npercent_per_day = 10').late
    Late(percent_per_day=10.0, grace_minutes=0.0, cap_percent=100.0)
    >>> parse_settings('[late]\nper_day = 10')
    Traceback (most recent call last):
    reelgrade.errors.UserError: course.toml: late.per_day is no setting; allowed: percent_per_day, grace_minutes, cap_percent, attempt
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{file}: not valid TOML ({error}); correct it") from error
    top = _Table(tables, "", file)
    top.allow("course", "deadlines", "late", "extensions", "secrets")
    course, late, secrets = top.table("course"), top.table("late"), top.table("secrets")
    course.allow("name", "id")
    late.allow(*(each.name for each in fields(Late)), "attempt")
    secrets.allow("hidden")
    top.table("deadlines").allow(WHOLE, *EXERCISES, *NOTEBOOKS)
    deadlines = top.table("deadlines").times()
    return Settings(
        name=course.text("name", Settings.name),
        course_id=course.text("id", Settings.course_id),
        deadline=deadlines.pop(WHOLE, None),
        late=Late(
            late.number("percent_per_day", 0.0, 100),
            late.number("grace_minutes", 0.0, MINUTES),
            late.number("cap_percent", 100.0, 100),
        ),
        attempt=late.one_of("attempt", "last", ATTEMPTS),
        extensions=top.table("extensions").times(),
        deadlines=deadlines,
        secret=secrets.text("hidden", Settings.secret),
    )


@dataclass(frozen=True)
class _Table:
    """One table of the file; it knows its name, to say what is wrong where."""

    values: Mapping[str, Any]
    name: str
    file: str

    def allow(self, *keys: str) -> None:
        unknown = next((key for key in self.values if key not in keys), None)
        if unknown is not None:
            raise UserError(f"{self.file}: {self._key(unknown)} is no setting; allowed: {', '.join(keys)}")

    def table(self, key: str) -> "_Table":
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, f"a table, which begins with a line [{key}]")
        return _Table(value, key, self.file)

    def text(self, key: str, default: str) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, "a text in quotation marks")
        return value

    def one_of(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.values.get(key, default)
        if value not in allowed:
            raise self._wrong(key, " or ".join(f'"{each}"' for each in allowed))
        return str(value)

    def number(self, key: str, default: float, most: float) -> float:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self._wrong(key, f"a number from 0 to {most:g}")
        return float(value)

    def times(self) -> dict[str, datetime]:
        """Give all values of the table, which have to be moments: with an offset, or nobody knows whose midnight is meant."""
        for key, value in self.values.items():
            if not isinstance(value, datetime) or value.tzinfo is None:
                raise self._wrong(key, "a date and time with its offset, like 2026-12-01T23:59:00Z or ...+01:00")
        return dict(self.values)

    def _key(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _wrong(self, key: str, allowed: str) -> UserError:
        return UserError(f"{self.file}: {self._key(key)} = {self.values[key]!r} is not allowed; it has to be {allowed}")
