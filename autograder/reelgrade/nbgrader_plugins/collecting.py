"""Two steps of nbgrader's exchange, mended: links are not followed, times are the exchange's own, feedback goes to all.

Which files are collected is an option of nbgrader's: `CourseDirectory.include`.
"""

import os
import shutil
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from nbgrader.exchange import default
from nbgrader.utils import ignore_patterns

from reelgrade.nbgrader_plugins.submitted import EXCHANGE_TIME, claimed_at

MOST_FOLDERS, MOST_FILES = 100, 1000  # that are looked at for their times


class CollectNoLinks(default.ExchangeCollect):
    """Collects plain files; nbgrader would copy what a link of a student points to, the gradebook for one.

    The time of hand-in is that of the exchange's file system where the submission itself tells another: students write
    the name of its folder, and its `timestamp.txt`.
    """

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Describe one folder of the exchange, with the time that nbgrader sorts and compares by."""
        record: dict[str, Any] = super()._path_to_record(path)
        moment = changed_at(Path(path))
        if moment is not None and differ(moment, record["timestamp"]):
            self.log.warning(
                "%s says that it was handed in at %s UTC, and the exchange says %s UTC, which counts",
                path,
                record["timestamp"],
                moment,
            )
            record["timestamp"] = moment
        return record

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission without its links."""
        course = self.coursedir
        if self.get_size(src) > 1000 * course.max_dir_size:
            raise RuntimeError(f"{src}: larger than {course.max_dir_size} kB; raise CourseDirectory.max_dir_size")
        unwanted = ignore_patterns(
            exclude=course.ignore, include=course.include, max_file_size=course.max_file_size, log=self.log
        )

        def left_out(folder: str, names: list[str]) -> set[str]:
            links = {name for name in names if not _is_plain(Path(folder, name))}
            return links | set(unwanted(folder, sorted(set(names) - links)))

        shutil.copytree(src, dest, ignore=left_out)
        Path(dest, EXCHANGE_TIME).unlink(missing_ok=True)
        moment = changed_at(Path(src))
        if moment is not None and differ(moment, claimed_at(Path(dest))):
            Path(dest, EXCHANGE_TIME).write_text(f"{moment:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")


def changed_at(folder: Path) -> datetime | None:
    """Return when the files of a folder were changed last, in UTC without saying so; None where it has no files.

    It is the time of change, which the kernel keeps: unlike the time of modification, it cannot be set.
    """
    walked = islice(os.walk(folder), MOST_FOLDERS)
    files = (Path(where, name) for where, _, names in walked for name in names)
    times = [path.lstat().st_ctime for path in islice(files, MOST_FILES) if _is_plain(path)]
    return datetime.fromtimestamp(max(times), UTC).replace(tzinfo=None) if times else None


def differ(moment: datetime, claimed: datetime | None) -> bool:
    """Tell whether two times are more than a minute apart, or one of them is not there.

    >>> moment = datetime(2026, 12, 1, 10)
    >>> differ(moment, moment.replace(second=59)), differ(moment, moment.replace(minute=2)), differ(moment, None)
    (False, True, True)
    """
    return claimed is None or abs(moment - claimed) > timedelta(minutes=1)


def _is_plain(path: Path) -> bool:
    return not path.is_symlink() and (path.is_file() or path.is_dir())


class ReleaseWhatThereIs(default.ExchangeReleaseFeedback):
    """Releases feedback to everybody who submitted through the exchange; nbgrader stops at the first who did not."""

    def copy_files(self) -> None:
        """Leave out whose feedback has no address, and say so."""
        course = self.coursedir
        pattern = course.format_path(course.feedback_directory, "*", course.assignment_id)
        folders = Path(course.root).glob(os.path.relpath(pattern, course.root))
        lost = [
            folder.parent.name
            for folder in folders
            if not all((folder / name).is_file() for name in ("timestamp.txt", "submission_secret.txt"))
        ]
        for student in lost:
            self.log.warning("%s did not submit through the exchange; give them their feedback by hand", student)
        excluded = [name for name in course.student_id_exclude.split(",") if name]
        course.student_id_exclude = ",".join([*excluded, *lost])
        super().copy_files()
