"""Download what cannot be shipped: the source project's CSVs and TinyBERT, into the user's caches."""

import sys
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
            raise UserError(f"{url}: {_reason(error)}; nothing was stored, try again later") from error
        except ValueError as error:  # pooch's word for a wrong hash
            raise UserError(
                f"{url}: the file that came is not the one this course was made with (its sha256 is not {sha256}); "
                "nothing was stored, try again later"
            ) from error
        except OSError as error:
            raise UserError(f"{folder}: cannot be written ({error.strerror}); set REELGRADE_CACHE") from error
    return folder


def fetch_tinybert() -> Path:
    """Download TinyBERT at its pinned revision with the hub client, check it, and return its folder.

    The hub's endpoint and cache follow the client's own variables (`HF_ENDPOINT`, `HF_HOME`).
    Every file is compared with the checksum that the hub has for this revision. Raises UserError
    without a network, on a broken download and on a wrong checksum.
    """
    import httpx2
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        folder = snapshot_download(TINYBERT_REPO, revision=TINYBERT_REVISION, allow_patterns=TINYBERT_FILES)
        verified = HfApi().verify_repo_checksums(TINYBERT_REPO, revision=TINYBERT_REVISION)
    except (HfHubHTTPError, httpx2.HTTPError, OSError, ValueError) as error:
        raise UserError(
            f"{TINYBERT_REPO}: {_reason(error)}; check the network and run `reelgrade fetch tinybert` again, "
            "or use the packaged backbone minilm-4l, which needs none"
        ) from error
    missing = sorted(set(TINYBERT_FILES) & set(verified.missing_paths))
    wrong = sorted(mismatch["path"] for mismatch in verified.mismatches)
    if wrong or missing:
        for name in wrong:
            (Path(folder) / name).resolve().unlink()
            (Path(folder) / name).unlink(missing_ok=True)
        raise UserError(
            f"{TINYBERT_REPO}: {', '.join(wrong + missing)} did not arrive as the hub has it; "
            "run `reelgrade fetch tinybert` again"
        )
    return Path(folder)


def _reason(error: Exception) -> str:
    """Give the first line of an error, or its kind where it has none."""
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
