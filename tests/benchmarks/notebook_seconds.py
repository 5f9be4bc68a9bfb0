"""Run every source notebook from top to bottom in a fresh kernel, with Jupyter's own command, one after the other.

Prints the seconds each takes, the start of the kernel included, beside those that it may take on two idle cores.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SLOW = ("06_training", "08_finetuning", "09_comparison")  # these may take a minute, the others half of one


def seconds(notebook: Path, folder: Path) -> float:
    """Execute a copy of a notebook, offline."""
    command = ["nbconvert", "--to", "notebook", "--execute", notebook, "--output-dir", folder]
    started = time.monotonic()
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-m", "jupyter", *command], env=environment, check=True, capture_output=True)
    return time.monotonic() - started


def main() -> None:
    for notebook in sorted((REPOSITORY / "source_notebooks").glob("*/*.ipynb")):
        with tempfile.TemporaryDirectory() as folder:
            taken = seconds(notebook, Path(folder))
        print(f"{notebook.stem:<16} {taken:5.1f} s of {60 if notebook.stem in SLOW else 30}", flush=True)
    print(f"on {os.uname().sysname} {os.uname().machine}, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
