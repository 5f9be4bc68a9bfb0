"""Grade the same notebooks with `reelgrade class --nbgrader` and with `nbgrader autograde`, through their commands.

Prints seconds and their ratio; both arms run on this machine, one after the other.
"""

import tempfile
from pathlib import Path

from two_ways import both, handed_in

NAME, STUDENTS = "03_vocab", 30


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, handed_in(Path(folder), STUDENTS, NAME) as course:
        ours, theirs = both(course, STUDENTS)
    print(f"{STUDENTS} notebooks of {NAME}: reelgrade class {ours:.1f} s, nbgrader autograde {theirs:.1f} s")
    print(f"ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
