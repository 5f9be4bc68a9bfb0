"""What a probe finds: a level, a line of text, and the remedy where one is needed."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is a line, and empty where all is well."""

    level: str
    text: str
    remedy: str = ""


@dataclass(frozen=True)
class Named:
    """A finding with the name of its probe."""

    name: str
    finding: Finding

    def as_json(self) -> dict[str, Any]:
        """Give it as plain values.

        >>> Named("disk", Finding(OK, "9 GB free")).as_json()
        {'name': 'disk', 'level': 'ok', 'text': '9 GB free', 'remedy': ''}
        """
        return {"name": self.name, **asdict(self.finding)}


@dataclass(frozen=True)
class Where:
    """The course that is looked at, and the folder of its public data; None where there is none."""

    course: Path | None
    public: Path | None
