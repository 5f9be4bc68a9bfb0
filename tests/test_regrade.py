"""A check that was wrong is mended after grading: both ways to regrade take the new points, and keep what a person gave."""

import shutil

import pytest

pytest.importorskip("nbgrader")

from nbgrader_course import REPOSITORY, course_below, done
from warm import reelgrade

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

NAME = "02_tokenization"
FOLDERS = ("autograder", "solutions", "exercises", "datasets")
RIGHT, WRONG = '"see", "reel_2", ', '"see", "reel", "2", '  # of a check with one point


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with suites of its own, which can be changed, and one collected submission that is right."""
    with course_below(tmp_path_factory.mktemp("regrade"), NAME) as made:
        for folder in FOLDERS:
            ignored = shutil.ignore_patterns("reelgrade", "__pycache__")  # the package is the installed one
            shutil.copytree(REPOSITORY / folder, made.root / folder, ignore=ignored)
        made.release()
        made.submit(NAME, "alice", made.solved(NAME, **{"written-decisions": "Case."}))
        made.collect(NAME)
        yield made


def by_class(course):
    run = reelgrade("class", "--nbgrader", ".", NAME, cwd=course.root)
    assert run.returncode == 0, run.stderr


def by_autograde(course):
    done(course.api.autograde(NAME, "alice", force=True))


def manual(course, points=None):
    """Give what a person has given for the answer in words, or enter it as formgrader does."""
    with course.gradebook as gradebook:
        grade = gradebook.find_grade("written-decisions", NAME, NAME, "alice")
        if points is not None:
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()
        return grade.manual_score


@pytest.mark.parametrize("regrade", [by_class, by_autograde])
def test_points_follow_a_mended_check_and_a_manual_grade_stays(course, regrade):
    suite = course.root / "autograder" / "test_tokenization.py"
    right = suite.read_text(encoding="utf-8")
    assert right.count(RIGHT) == 1
    suite.write_text(right.replace(RIGHT, WRONG), encoding="utf-8")
    regrade(course)
    assert course.scores(NAME, "alice")["check-tokenize"] == 5
    assert manual(course, 1.5) == 1.5
    suite.write_text(right, encoding="utf-8")
    regrade(course)
    assert course.scores(NAME, "alice")["check-tokenize"] == 6
    assert manual(course) == 1.5
    with course.gradebook as gradebook:
        assert gradebook.find_submission(NAME, "alice").score == 9.5
