"""Draw scoreboard.svg from a real run of `pytest autograder`: five stages begun, one function wrong, the rest untouched.

Run it anew after a change of checks or feedback: python docs/images/scoreboard.py
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).with_suffix(".svg")
SOLVED = ("data", "tokenization", "vocab", "batching", "simple_nn")
RIGHT, WRONG = "return totals / weights.sum(dim=1).clamp(min=1)", "return embeddings.mean(dim=1)"
SHOWN = "simple_nn.mean_pool_ignores_padding"
WIDTH = 112
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # from a server; the reader's own monospaced font will do


def make_submission(folder: Path) -> None:
    """Fill the stubs of the first stages, one of them wrongly."""
    shutil.copytree(REPOSITORY / "exercises", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOLVED:
        shutil.copy(REPOSITORY / "solutions" / f"{name}.py", folder)
    path = folder / "simple_nn.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(RIGHT) == 1
    path.write_text(text.replace(RIGHT, WRONG), encoding="utf-8")


def run() -> str:
    """Run the checks as a student would, and give what the terminal shows."""
    with tempfile.TemporaryDirectory() as scratch:
        make_submission(Path(scratch) / "exercises")
        options = ("autograder", "--submission", f"{scratch}/exercises", "--color=yes", "-p", "no:cacheprovider")
        command = [sys.executable, "-m", "pytest", *options]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=False)
        return ended.stdout.replace(f"{scratch}/", "").replace(f" --submission {scratch}/exercises", "")


def shown(lines: list[Text]) -> Iterator[Text]:
    """Choose the feedback of one check and the scoreboard; the rest is long, and the times are never the same."""
    plain = [line.plain for line in lines]
    first = next(number for number, line in enumerate(plain) if line.startswith(SHOWN))
    yield from lines[first : plain.index("", first) + 1]
    first = next(number for number, line in enumerate(plain) if re.match(r" +1 data", line))
    last = next(number for number, line in enumerate(plain) if line.startswith("next:"))
    yield from lines[first : last + 1]


def draw(output: str) -> str:
    """Draw what was chosen as a terminal in SVG."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ pytest autograder", style="bold"))
    for line in shown(Text.from_ansi(output).split("\n", allow_blank=True)):
        line.truncate(WIDTH, overflow="ellipsis")
        console.print(line)
    console.print()  # or the last line loses what hangs below it
    return FONTS.sub("", console.export_svg(title="pytest autograder", unique_id="scoreboard"))


if __name__ == "__main__":
    PICTURE.write_text(draw(run()), encoding="utf-8", newline="\n")
    print(f"drew {PICTURE.relative_to(REPOSITORY)}")
