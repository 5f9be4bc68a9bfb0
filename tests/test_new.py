"""A new course works at once: graded, released, fetched, submitted and collected in it, and made whole or not at all."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from nbgrader.api import Gradebook

import warm
from nbgrader_course import REPOSITORY, VARIABLES, Course, close_loop, done, filled
from reelgrade.course import cli
from reelgrade.course.generated import drifted
from reelgrade.course.new.make import Course as NewCourse
from reelgrade.course.new.make import make_course
from reelgrade.course.new.roster import parse_roster
from reelgrade.course.notebooks.pieces import cut
from reelgrade.course.settings import Late, Settings, load_settings, parse_settings
from reelgrade.errors import UserError

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

NAME = "03_vocab"
ROSTER = '\ufeffid,last_name,first_name,email\n007,"O\'Hara, Jr.",Zoë,zoe@example.org\n\nann@example.org,,,\n'


class Made(Course):
    """The course that `reelgrade new` has made, driven as the other tests drive theirs."""

    def __init__(self, top):
        self.home, self.root, self.exchange = top / "home", top / "fall term" / "nlp", top / "the exchange"
        self.assignments = (NAME,)
        self.home.mkdir()

    @property
    def environment(self):
        return {name: value for name, value in super().environment.items() if name != "REELGRADE_EXCHANGE"}

    @property
    def gradebook(self):
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "nlp101")

    def student(self, name):
        """A student's own folder, with the configuration that the course has written for students."""
        one = copy.copy(self)
        one.root = self.home / name
        one.root.mkdir()
        shutil.copy(self.root / "student_nbgrader_config.py", one.root / "nbgrader_config.py")
        return one


def reelgrade(*arguments, cwd=REPOSITORY, **environment):
    """Run the real command."""
    return warm.reelgrade(*arguments, cwd=cwd, env=os.environ | environment)


def refused(*arguments):
    """Give what the command says to bad input, without paying for another interpreter."""
    with pytest.raises(UserError) as caught:
        cli.app(list(map(str, arguments)), standalone_mode=False)
    return str(caught.value)


def permissions(path):
    return oct(path.stat().st_mode & 0o7777)


@pytest.fixture(scope="module", autouse=True)
def made(tmp_path_factory):
    """Where the course will be; the environment is its own."""
    made = Made(tmp_path_factory.mktemp("new"))
    with pytest.MonkeyPatch.context() as patch:
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        for name, value in made.environment.items():
            patch.setenv(name, value)
        yield made
    close_loop()


@pytest.fixture(scope="module")
def course(made):
    """A course with nbgrader and two students, in a folder with a space in its name."""
    roster = made.home / "the class.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    options = ("--exchange", made.exchange, "--course-id", "nlp101", "--name", "NLP, fall")
    made.run = reelgrade("new", made.root, "--nbgrader", "--roster", roster, *options)
    assert made.run.returncode == 0, made.run.stderr
    return made


@pytest.fixture(scope="module")
def released(course):
    """The same course, with one assignment released."""
    course.release()
    return course


def test_a_new_course_tells_the_next_steps(course):
    first, _, *steps = course.run.stdout.splitlines()
    assert first == f"made {course.root}; students in its gradebook: 2"
    assert steps[0].strip() == f"cd '{course.root}'"
    assert [verb for verb in ("generate_", "release_", "collect", "class") if verb not in "".join(steps)] == []
    assert course.run.stderr == ""


def test_a_new_course_holds_what_a_course_consists_of_and_no_more(course):
    for folder in ("autograder", "datasets", "docs", "solutions", "source_notebooks"):
        there = {path.relative_to(course.root) for path in (course.root / folder).rglob("*") if path.is_file()}
        listed = subprocess.run(["git", "ls-files", folder], cwd=REPOSITORY, capture_output=True, text=True, check=True)
        assert there >= set(map(Path, listed.stdout.splitlines()))
        assert not [path for path in there if "__pycache__" in path.parts or path.suffix == ".pyc"]
    assert drifted(course.root) == []
    assert {path.name for path in course.root.iterdir()} == {
        *(".gitattributes", ".gitignore", "LICENSE", "README.md", "constraints.txt", "course.toml", "pyproject.toml"),
        *("autograder", "datasets", "docs", "exercises", "solutions", "source_notebooks"),
        *("nbgrader_config.py", "student_nbgrader_config.py", "gradebook.db", "submitted", "autograded", "feedback"),
    }


def test_the_readme_of_a_new_course_has_no_dead_link(course):
    text = (course.root / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# NLP, fall\n")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) == 11
    assert [link for link in links if not (course.root / link).exists()] == []


def test_the_settings_of_a_new_course_are_the_defaults_but_for_its_name(course):
    assert load_settings(course.root) == Settings(name="NLP, fall", course_id="nlp101")


def test_students_on_the_same_machine_reach_the_exchange_only(released):
    assert permissions(released.root) == "0o700"
    assert permissions(released.exchange) == "0o1777"
    assert permissions(released.exchange / "nlp101" / "outbound") == "0o755"
    assert permissions(released.exchange / "nlp101" / "inbound") == "0o2733"


def test_the_roster_is_in_the_gradebook_with_leading_zeros(course):
    with course.gradebook as gradebook:
        found = {one.id: (one.first_name, one.last_name, one.email) for one in gradebook.students}
    assert found == {"007": ("Zoë", "O'Hara, Jr.", "zoe@example.org"), "ann@example.org": (None, None, None)}


def test_a_student_of_a_new_course_fetches_submits_and_earns_every_point(released):
    student = released.student("007")
    student.exchange_step("FetchAssignment", NAME, "007", student.root)
    path = student.root / NAME / f"{NAME}.ipynb"
    definitions = cut(REPOSITORY / "solutions" / "vocab.py").definitions
    notebook = filled(json.loads(path.read_text(encoding="utf-8")), definitions)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    student.exchange_step("Submit", NAME, "007", student.root)
    done(released.api.collect(NAME))
    graded = reelgrade("class", "--nbgrader", ".", NAME, cwd=released.root)
    assert graded.stdout == f"{NAME} 007: 12 of 12 points\n", graded.stderr
    assert sum(value or 0 for value in released.scores(NAME, "007").values()) == 12
    done(released.api.generate_feedback(NAME, "007"))
    done(released.api.release_feedback(NAME))
    assert permissions(released.exchange / "nlp101" / "feedback") == "0o711"


def test_what_a_class_command_cannot_use_is_one_line_and_status_2(released, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(released.root / "gradebook.db", other)
    (other / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'maths'\n")
    assert "a gradebook of another course (nlp101, not maths)" in refused("class", "--nbgrader", other)
    assert "no gradebook there; run `nbgrader generate_assignment`" in refused("class", "--nbgrader", tmp_path)
    run = reelgrade("class", "--nbgrader", released.root, "03_vocabulary")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1), run.stderr
    assert "03_vocabulary: no assignment with exercises of this name" in run.stderr


def test_what_students_see_works_in_a_new_course(course):
    run = warm.run("pytest", "-p", "no:cacheprovider", "autograder/test_tokenization.py", cwd=course.root)
    assert run.returncode == 1
    assert re.search(r"tokenization +░+ +0 / 8 +not started", run.stdout), run.stdout


def test_a_copy_of_a_course_takes_no_answers_or_deadlines_along(course, tmp_path):
    (course.root / "exercises" / "vocab.py").write_text("answered = True\n", encoding="utf-8")
    (course.root / "exercises" / "notes.py").write_text("", encoding="utf-8")
    kept = (course.root / "course.toml").read_text(encoding="utf-8")
    (course.root / "course.toml").write_text("[deadlines]\ncourse = 2025-12-01T00:00:00Z\n")
    make_course(course.root, NewCourse(tmp_path / "next", "next", "nlp102"))
    (course.root / "course.toml").write_text(kept)
    assert drifted(tmp_path / "next") == []
    assert load_settings(tmp_path / "next") == Settings(name="next", course_id="nlp102")
    assert not (tmp_path / "next" / "gradebook.db").exists()
    config = (tmp_path / "next" / "nbgrader_config.py").read_text(encoding="utf-8")
    assert 'course_id = "nlp102"' in config
    assert str(course.exchange) not in config


def test_an_exchange_inside_the_course_is_open_and_nothing_else_is(tmp_path, monkeypatch):
    monkeypatch.delenv("REELGRADE_EXCHANGE", raising=False)
    root = tmp_path / "course"
    cli.app(["new", str(root), "--nbgrader"], standalone_mode=False)
    assert permissions(root) == "0o711"
    open_to_all = [path.name for path in root.iterdir() if path.stat().st_mode & 0o077]
    assert open_to_all == ["exchange"]
    assert permissions(root / "exchange") == "0o1777"
    assert f'c.Exchange.root = "{root / "exchange"}"' in (root / "student_nbgrader_config.py").read_text()


def test_an_installed_package_needs_a_course_to_copy(tmp_path):
    """The package alone, as a wheel installs it: no course around it."""
    package = tmp_path / "site" / "reelgrade"
    shutil.copytree(REPOSITORY / "autograder" / "reelgrade", package, ignore=shutil.ignore_patterns("__pycache__"))
    run = reelgrade("new", "fresh", cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "clone the course repository, and add --from COURSE" in run.stderr
    run = reelgrade("new", "fresh", "--from", REPOSITORY, cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert run.returncode == 0, run.stderr
    assert drifted(tmp_path / "fresh") == []


def test_without_nbgrader_the_command_says_what_to_install(tmp_path):
    code = "import sys; sys.modules['nbgrader'] = None; from reelgrade.course.cli import main; main()"
    command = [sys.executable, "-c", code, "new", str(tmp_path / "fresh"), "--nbgrader"]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert run.stderr.endswith('is not installed; run: pip install "reelgrade[notebooks]"\n')


def test_an_empty_folder_will_do_and_another_is_left_alone(tmp_path):
    (tmp_path / "empty").mkdir()
    make_course(REPOSITORY, NewCourse(tmp_path / "empty", "empty", "reelgrade"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    assert "not an empty folder" in refused("new", tmp_path / "full")
    assert "not an empty folder" in refused("new", tmp_path / "full" / "note.txt")
    assert "cannot be written" in refused("new", tmp_path / "full" / "note.txt" / "course")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["note.txt"]


def test_a_failure_leaves_nothing_behind(tmp_path):
    def further(folder):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_course(REPOSITORY, NewCourse(tmp_path / "a" / "course", "course", "reelgrade"), further)
    exchange = tmp_path / "b" / "exchange"
    students = tmp_path / "students"
    (students / "exercises").mkdir(parents=True)
    said = refused("new", tmp_path / "a" / "course", "--from", students, "--nbgrader", "--exchange", exchange)
    assert "no autograder in it" in said
    assert [path.name for path in tmp_path.iterdir()] == ["students"]


def test_an_exchange_that_cannot_be_used_is_named(tmp_path):
    target = tmp_path / "course"
    (tmp_path / "file").write_text("")
    (tmp_path / "home" / "letters").mkdir(parents=True)
    (tmp_path / "home").chmod(0o755)
    (tmp_path / "old" / "reelgrade").mkdir(parents=True)

    def said(exchange):
        return refused("new", target, "--nbgrader", "--exchange", exchange)

    assert "cannot be written" in said(tmp_path / "file")
    assert "cannot be written" in said(tmp_path / "file" / "exchange")
    assert "its permissions are 755, and an exchange needs 1777" in said(tmp_path / "home")
    assert "holds a course reelgrade already" in said(tmp_path / "old")
    assert "a part of the course" in said(target / "solutions")
    assert "a part of the course" in said(target)
    assert not target.exists()
    assert permissions(tmp_path / "home") == "0o755"
    assert "add --nbgrader" in refused("new", target, "--exchange", tmp_path)


@pytest.mark.parametrize("course_id", ["", ".", "a/b", "a+b", "two\nlines"])
def test_a_course_id_that_is_no_folder_name_is_refused(tmp_path, course_id):
    assert "--course-id" in refused("new", tmp_path / "course", "--course-id", course_id)


BAD_ROSTERS = {
    "": "no column id",
    "id\n": "no student in it",
    "name,email\nann,a@example.org\n": "no column of nbgrader is called 'name'; name in the first line",
    "first_name\nann\n": "no column id",
    "id;first_name\n007;Ann\n": "no column of nbgrader is called 'id;first_name'",
    "id,email,email\n1,2,3\n": "two columns are called email",
    "id,email\nann,\nbob,\nann,\n": "line 4: the id ann is there twice",
    "id,email\nann,\n  ,x@example.org\n": "line 3: the id is empty",
    "id,email\nann\n": "line 2: 1 fields, the first line has 2",
    "id,email\nann,a,b\n": "line 2: 3 fields, the first line has 2",
    'id,email\nann,"a\n': "check its quotes",
    "id\nann+bob\n": "the id 'ann+bob' holds '+'",
    "id\n../ann\n": "holds '/'",
    "id\n..\n": "begins with '.'",
    "id\n*\n": "holds '*'",
    "id\nan\x07n\n": r"holds '\x07'",
    f"id\n{'ä' * 101}\n": "is longer than 200 bytes",
}


@pytest.mark.parametrize("text", BAD_ROSTERS)
def test_a_roster_that_nbgrader_cannot_use_is_named(text):
    with pytest.raises(UserError) as caught:
        parse_roster(text, "class.csv")
    assert str(caught.value).startswith("class.csv")
    assert BAD_ROSTERS[text] in str(caught.value)


def test_a_roster_that_cannot_be_read_makes_no_course(tmp_path):
    roster = tmp_path / "class.csv"
    roster.write_bytes("id,first_name\n007,Zoë\n".encode("latin-1"))
    options = ("new", tmp_path / "course", "--nbgrader", "--roster")
    assert "not UTF-8 (byte 20)" in refused(*options, roster)
    assert "cannot be read" in refused(*options, tmp_path / "none.csv")
    assert not (tmp_path / "course").exists()


def test_settings_are_read_as_they_are_written():
    text = """
        [course]
        name = "NLP"
        id = "nlp101"
        [deadlines]
        course = 2026-12-01T23:59:00Z
        03_vocab = 2026-10-01T12:00:00+02:00
        [extensions]
        007 = 2026-12-08T23:59:00Z
        [late]
        percent_per_day = 10
        grace_minutes = 15
        cap_percent = 50.5
        attempt = "best"
        [secrets]
        hidden = "NLP_SECRET"
    """
    assert parse_settings(text) == Settings(
        name="NLP",
        course_id="nlp101",
        deadline=datetime(2026, 12, 1, 23, 59, tzinfo=UTC),
        late=Late(10.0, 15.0, 50.5),
        attempt="best",
        extensions={"007": datetime(2026, 12, 8, 23, 59, tzinfo=UTC)},
        deadlines={"03_vocab": datetime(2026, 10, 1, 10, tzinfo=UTC)},
        secret="NLP_SECRET",
    )


BAD_SETTINGS = {
    "late = 3": "late = 3 is not allowed; it has to be a table",
    "[lateness]": "lateness is no setting; allowed: course, deadlines, late, extensions, secrets",
    "[late]\nper_day = 1": "late.per_day is no setting; allowed: percent_per_day, grace_minutes",
    "[late]\npercent_per_day = -1": "late.percent_per_day = -1 is not allowed; it has to be a number from 0 to 100",
    "[late]\ncap_percent = 101": "a number from 0 to 100",
    "[late]\ngrace_minutes = nan": "a number from 0 to",
    "[late]\ngrace_minutes = true": "a number from 0 to",
    '[late]\npercent_per_day = "10"': "a number from 0 to",
    '[late]\nattempt = "first"': 'it has to be "best" or "last"',
    '[course]\nname = " "': "course.name = ' ' is not allowed; it has to be a text",
    "[course]\nid = 101": "course.id = 101 is not allowed",
    "[deadlines]\ncourse = 2026-12-01": "with its offset, like 2026-12-01T23:59:00Z",
    "[deadlines]\ncourse = 2026-12-01T23:59:00": "with its offset, like 2026-12-01T23:59:00Z",
    "[deadlines]\n03_vocabulary = 2026-12-01T23:59:00Z": "deadlines.03_vocabulary is no setting; allowed: course, data,",
    '[extensions]\nann = "tomorrow"': "extensions.ann = 'tomorrow' is not allowed",
    "[late": "not valid TOML",
}


@pytest.mark.parametrize("text", BAD_SETTINGS)
def test_settings_that_are_none_are_named_with_what_is_allowed(tmp_path, text):
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_settings(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'course.toml'}: ")
    assert BAD_SETTINGS[text] in str(caught.value)


def test_settings_have_defaults_and_say_when_they_cannot_be_read(tmp_path):
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "course.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="save it as UTF-8 text"):
        load_settings(tmp_path)
