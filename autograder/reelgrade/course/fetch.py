"""Download what cannot be shipped: the source project's CSVs and TinyBERT, into the user's caches."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelgrade.course.folders import cache_folder
from reelgrade.errors import UserError
from reelgrade.given.backbones import TINYBERT_FILES, TINYBERT_REPO, TINYBERT_REVISION

ORIGINAL_URL = "https://raw.githubusercontent.com/Tuminha/IMDB-Movie-Classification-with-NN/1f37ea1/data"
ORIGINAL_SHA256 = {
    "imdb_movie_reviews_train.csv": "3332e787245e1801bf165ee4911c102ca0af7c15273ae018d80e50c46baafb7e",
    "imdb_movie_reviews_test.csv": "58c6a148446c92a30b3dda02fa4a53b6983ac462a39c392b8d4856cc15a9689f",
}
TIMEOUT_S = 30


def fetch_original(base_url: str = ORIGINAL_URL) -> Path:
    """Download the two CSVs of the source project and return their folder.

    Each file is checked against its sha256 before it gets its name; what is there already and right
    is not fetched again, so a second call goes on where a broken one stopped. Raises UserError
    naming the file, the cause and the next action.
    """
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    folder = cache_folder() / "original"
    download = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=TIMEOUT_S)
    for name, sha256 in ORIGINAL_SHA256.items():
        url = f"{base_url}/{name}"
        try:
            pooch.retrieve(url, known_hash=f"sha256:{sha256}", fname=name, path=folder, downloader=download)
        except requests.exceptions.RequestException as error:
            if error.response is not None:
                error.response.close()  # pooch leaves it, and its socket, open
            raise UserError(f"{url}: {_reason(error)}; this file was not stored, try again later") from error
        except ValueError as error:  # pooch's word for a wrong hash
            raise UserError(
                f"{url}: the file that came is not the one this course was made with (its sha256 is not {sha256}); "
                "it was not stored, try again later"
            ) from error
        except OSError as error:
            reason = error.strerror or "permission denied"  # pooch's own PermissionError has no strerror
            raise UserError(
                f"{folder}: cannot be written ({reason}); set REELGRADE_CACHE to a folder of yours"
            ) from error
    return folder


def fetch_tinybert() -> Path:
    """Download TinyBERT at its pinned revision with the hub client, check it, and return its folder.

    The hub's endpoint and cache follow the client's own variables (`HF_ENDPOINT`, `HF_HOME`).
    Every file is compared with the checksum that the hub has for this revision. Raises UserError
    without a network, on a broken download and on a wrong checksum.
    """
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")  # plain HTTPS: Xet retries for minutes where a firewall stops it
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]  # httpx's before hub 2, httpx2's since

    hub = HfApi()
    try:
        with _quiet_hub():
            # One request without the client's retries: no network is known at once, not after half a minute.
            hub.model_info(TINYBERT_REPO, revision=TINYBERT_REVISION, timeout=TIMEOUT_S)
            folder = Path(snapshot_download(TINYBERT_REPO, revision=TINYBERT_REVISION, allow_patterns=TINYBERT_FILES))
            verified = hub.verify_repo_checksums(TINYBERT_REPO, revision=TINYBERT_REVISION)
    except (HTTPError, OSError, ValueError, RuntimeError) as error:  # RuntimeError is Xet's, where a user turns it on
        raise UserError(f"{hub.endpoint}/{TINYBERT_REPO}: {_reason(error)}; {_next_action(error)}") from error
    wrong = sorted({mismatch["path"] for mismatch in verified.mismatches} & set(TINYBERT_FILES))
    missing = [name for name in TINYBERT_FILES if not (folder / name).is_file()]
    for name in wrong:
        (folder / name).resolve().unlink()  # the blob that the name links to
        (folder / name).unlink(missing_ok=True)
    if wrong or missing:
        raise UserError(
            f"{hub.endpoint}/{TINYBERT_REPO}: {', '.join(wrong + missing)} did not arrive as the hub has it; "
            "nothing of it was kept, run `reelgrade fetch tinybert` again"
        )
    return folder


@contextmanager
def _quiet_hub() -> Iterator[None]:
    """Keep the hub client's warnings off the screen, and its progress bars out of pipes and logs."""
    from huggingface_hub import constants
    from huggingface_hub.utils import logging as hub_logging
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    level = hub_logging.get_verbosity()
    users_choice = constants.HF_HUB_DISABLE_PROGRESS_BARS is not None  # a variable, which code cannot override
    hide = not (users_choice or sys.stderr.isatty() or are_progress_bars_disabled())
    hub_logging.set_verbosity(logging.ERROR)
    if hide:
        disable_progress_bars()
    try:
        yield
    finally:
        hub_logging.set_verbosity(level)
        if hide:
            enable_progress_bars()


def _next_action(error: Exception) -> str:
    """Tell a cache that cannot be written, whose error names a path, from a network that fails."""
    if getattr(error, "filename", None):
        return "set HF_HOME to a folder that you can write to"
    return (
        "check the network and run `reelgrade fetch tinybert` again, "
        "or use the packaged backbone minilm-4l, which needs none"
    )


def _reason(error: Exception) -> str:
    """Give the first line of an error, or its kind where it has none."""
    text = str(error).strip().splitlines()
    return text[0].rstrip(".") if text else type(error).__name__
