"""A real PostgreSQL in a temporary folder, on a socket there and nowhere else; it refuses to run as root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "postgres"  # the account that the Debian package makes


def programs() -> Path | None:
    """Find the folder of its programs, the newest version's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def server(bin_folder: Path) -> Iterator["Server"]:
    """Start a server of its own, and throw it away with its data."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # pytest's own folders are closed to other accounts
    running = Server(bin_folder, folder)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        running.run("initdb", "-D", folder / "data", "-U", OWNER, "-A", "trust", "--no-sync")
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        running.run("pg_ctl", "-D", folder / "data", "-o", settings, "-l", folder / "log", "-w", "start")
        yield running
    finally:
        running.run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder)


class Server:
    """A server that runs."""

    def __init__(self, bin_folder: Path, folder: Path) -> None:
        self.bin_folder, self.folder = bin_folder, folder

    def run(self, program: str, *arguments: object, check: bool = True) -> None:
        """Run one of its programs, as an account that it accepts."""
        who = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        command = [*who, str(self.bin_folder / program), *map(str, arguments)]
        subprocess.run(command, check=check, cwd=self.folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def database(self, name: str) -> str:
        """Make an empty database, and give its address for SQLAlchemy."""
        self.run("createdb", "-h", self.folder, "-U", OWNER, name)
        return f"postgresql+psycopg://{OWNER}:let%40me@/{name}?host={self.folder}"
