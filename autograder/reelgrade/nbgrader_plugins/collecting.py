"""Two steps of nbgrader's exchange, mended: links are not followed, and feedback goes to all whom it can reach.

Which files are collected is an option of nbgrader's: `CourseDirectory.include`.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from nbgrader.exchange import default
from nbgrader.utils import ignore_patterns


class CollectNoLinks(default.ExchangeCollect):
    """Collects plain files; nbgrader would copy what a link of a student points to, the gradebook for one."""

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
