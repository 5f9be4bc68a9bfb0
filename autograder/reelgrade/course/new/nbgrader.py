"""Set nbgrader up in a new course: the exchange, the gradebook with the roster, and the students' configuration.

Students may have accounts on this machine: but for the exchange, the course is closed to them. What lies below the root of
the exchange is made by nbgrader itself when an assignment is released, with permissions of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import PyFileConfigLoader

from reelgrade.course.files import write_text
from reelgrade.course.new import texts
from reelgrade.course.new.make import CONFIG, Course, made_folder, make_course
from reelgrade.course.new.roster import Student
from reelgrade.errors import UserError
from reelgrade.nbgrader_plugins.gradebooks import NbCourse

FOR_ALL = 0o1777  # nbgrader wants 777; the sticky bit keeps accounts from replacing each other's courses
STEPS = ("submitted", "autograded", "feedback")  # nbgrader would make them readable for all
STUDENTS_CONFIG = "student_nbgrader_config.py"


def make_nbgrader_course(source: Path, course: Course, students: Sequence[Student]) -> None:
    """Make a course that nbgrader can work in at once.

    Raises UserError, and leaves nothing behind, where `make_course` does or the exchange cannot be used.
    """
    outside = open_exchange(course.exchange, course.course_id) if course.exchange.is_absolute() else nullcontext()
    with outside:
        make_course(source, course, lambda folder: set_up(folder, course, students))


def set_up(folder: Path, course: Course, students: Sequence[Student]) -> None:
    """Add what nbgrader needs to a course that is being made in a scratch folder."""
    if not course.exchange.is_absolute() and (folder / course.exchange).exists():
        raise UserError(f"{course.folder / course.exchange}: a part of the course; choose another --exchange")
    write_text(folder / STUDENTS_CONFIG, texts.student_config(course.course_id, course.folder / course.exchange))
    enter_students(folder, students)
    for step in STEPS:
        (folder / step).mkdir()
    close(folder)
    if not course.exchange.is_absolute():
        folder.chmod(0o711)  # students pass through to the exchange
        (folder / course.exchange).mkdir(parents=True)
        (folder / course.exchange).chmod(FOR_ALL)


def close(folder: Path) -> None:
    """Close a folder and what lies in it to all other accounts."""
    for path in (folder, *folder.iterdir()):
        path.chmod(0o700 if path.is_dir() else 0o600)


@contextmanager
def open_exchange(root: Path, course_id: str) -> Iterator[None]:
    """Make the root of an exchange, for good if the body succeeds; one that is there is used as it is.

    Raises UserError where it cannot be written, is open to too few, or holds a course of this id.
    """
    if (root / course_id).exists():
        raise UserError(f"{root}: holds a course {course_id} already; choose another --course-id or --exchange")
    with made_folder(root):
        if not any(root.iterdir()):
            _open_to_all(root)
        mode = root.stat().st_mode & FOR_ALL
        if mode != FOR_ALL:
            raise UserError(
                f"{root}: its permissions are {mode:o}, and an exchange needs 1777; if it is one, run: chmod 1777"
            )
        yield


def _open_to_all(root: Path) -> None:
    try:
        root.chmod(FOR_ALL)
    except PermissionError:
        return  # another account's, perhaps with the right permissions


def enter_students(folder: Path, students: Sequence[Student]) -> None:
    """Make the gradebook of the course in a folder, and enter its students."""
    config = PyFileConfigLoader(CONFIG, path=str(folder)).load_config()
    directory = CourseDirectory(config=config)
    with NbCourse(folder, config, directory).gradebook() as gradebook:
        for student in students:
            details = {name: value for name, value in student.items() if name != "id"}
            gradebook.update_or_create_student(student["id"], **details)
