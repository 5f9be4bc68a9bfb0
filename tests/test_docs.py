"""What the documents say is so: each command block runs, each quoted line occurs, and no link is dead.

The blocks of a document run in its order, in a world of its own. Those marked slow run in their part of all tests only.
"""

import re
import sys
from functools import partial
from urllib.parse import urlsplit

import pytest

from document_world import World, tracked_copy
from documents import COMMANDS, NAMES, REPOSITORY, anchors, blocks, links
from reelgrade.course.submission import run_file
from reelgrade.release.contents import contents
from reelgrade.release.zips import zip_bytes
from sampling import chosen

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's and its libraries' own

TEXTS = {name: (REPOSITORY / name).read_text(encoding="utf-8") for name in NAMES}
BLOCKS = {name: blocks(text) for name, text in TEXTS.items()}
OTHER = ("text", "python", "toml", "csv")  # shown, not run
SKIPPED = {"docs/instructors.md": 1, "docs/install.md": 2, "docs/results.md": 1}
SETUP_LINES = 12  # in one document
INTERRUPTED = 130
ALL_MARKDOWN = [path for path in sorted(REPOSITORY.glob("**/*.md")) if ".venv" not in path.parts]
TEMPLATES = REPOSITORY / "autograder" / "reelgrade" / "release" / "template"  # to become the root of a release
RUNS = {name for name in NAMES if any(block.language in COMMANDS for block in BLOCKS[name])}
SLOW = {name for name in RUNS if any(block.told == "slow" for block in BLOCKS[name])}


# The grammar of the documents


@pytest.mark.parametrize("name", NAMES)
def test_every_block_says_what_it_is(name):
    assert {block.language for block in BLOCKS[name]} <= {*COMMANDS, *OTHER}


@pytest.mark.parametrize("name", NAMES)
def test_what_readers_do_not_see_is_little(name):
    assert sum(block.text.count("\n") + 1 for block in BLOCKS[name] if block.told == "setup") <= SETUP_LINES


def test_few_blocks_are_left_out_and_each_has_a_reason():
    skipped = [(name, block) for name in NAMES for block in BLOCKS[name] if block.told == "skip"]
    assert {name: sum(one == name for one, _ in skipped) for name, _ in skipped} == SKIPPED
    for _, block in skipped:
        assert re.match(r"needs (the network|another machine|an account of the reader's): \w", block.rest), block


def test_a_comment_that_tells_nothing_is_refused():
    for text in (
        "<!-- test: often -->",
        "<!-- test: slow -->\n\nText.\n",
        "<!-- test: slow -->\n\n<!-- test: slow -->",
    ):
        with pytest.raises(ValueError, match="line"):
            blocks(text)


# The commands


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course as a reader clones it."""
    return tracked_copy(tmp_path_factory.mktemp("clone") / "course")


@pytest.fixture(scope="module")
def releases(tmp_path_factory, course):
    """Two releases for students, as their instructor would hand them out."""
    folder = tmp_path_factory.mktemp("releases")
    files = contents(course, "2026.1")
    for name, version in (("nlp-course", b"2026.1"), ("nlp-course-2", b"2026.2")):
        files["release.json"] = files["release.json"].replace(b'"2026.1"', b'"' + version + b'"')
        (folder / f"{name}.zip").write_bytes(zip_bytes({f"nlp-course/{path}": data for path, data in files.items()}))
    return folder


def commands(text):
    """Cut a transcript into its commands, each with the lines that it shows."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        else:
            raise AssertionError(f"output before any command: {line}")
    return found


def verify_quoted(lines, output):
    """Fail unless the lines occur in this order; `...` stands for anything."""
    shown = iter([" ".join(line.split()) for line in output.splitlines()])
    for line in filter(None, (" ".join(line.split()) for line in lines)):
        if line != "...":
            pattern = ".*".join(map(re.escape, line.split("...")))
            assert any(re.fullmatch(pattern, one) for one in shown), f"not shown: {line}\n{output}"


def run_block(world, block):
    """Run a block as its kind wants: a script that succeeds, or commands whose output is quoted."""
    if block.language == "bash":
        status, output = world.run(block.text, block.rest.removeprefix("when ") if block.told == "interrupt" else "")
        assert status == (INTERRUPTED if block.told == "interrupt" else 0), output
        return
    for command, lines in commands(block.text):
        interrupt = block.rest.removeprefix("when ") if block.told == "interrupt" else ""
        status, output = world.run(command, interrupt)
        assert status in ((INTERRUPTED,) if interrupt else (0, 1)), output  # 1: some check failed, as it says
        verify_quoted(lines, output)


def run_document(name, folder, course, releases, slow):
    world = World(folder, course)
    world.environment["RELEASES"] = str(releases)
    for block in BLOCKS[name]:
        if block.language in COMMANDS and block.told != "skip" and (slow or block.told != "slow"):
            try:
                run_block(world, block)
            except AssertionError as error:
                raise AssertionError(f"{name}, line {block.line}: {error}") from None


@pytest.mark.sampled("docs")
@pytest.mark.skipif(sys.platform != "linux", reason="the documents are run in a shell, and the sandbox needs Linux")
@pytest.mark.parametrize("name", chosen(sorted(RUNS), 1, "docs"))
def test_commands_do_what_the_document_says(name, tmp_path, course, releases):
    run_document(name, tmp_path, course, releases, slow=False)


@pytest.mark.part("docs")
@pytest.mark.skipif(sys.platform != "linux", reason="the documents are run in a shell, and the sandbox needs Linux")
@pytest.mark.parametrize("name", sorted(SLOW))
def test_slow_commands_do_what_the_document_says(name, tmp_path, course, releases):
    run_document(name, tmp_path, course, releases, slow=True)


def test_a_line_that_is_not_shown_is_noticed():
    verify_quoted(["one ... three", "...", "five"], "one two   three\nfour\nfive\n")
    for lines in (["six"], ["five", "four"], ["one three"]):
        with pytest.raises(AssertionError, match="not shown"):
            verify_quoted(lines, "one two three\nfour\nfive\n")


# The pictures


@pytest.mark.part("docs")
def test_the_picture_of_the_scoreboard_shows_what_a_run_shows():
    drawing = run_file(REPOSITORY / "docs" / "images" / "scoreboard.py")
    assert drawing.draw(drawing.run()) == (REPOSITORY / "docs" / "images" / "scoreboard.svg").read_text(
        encoding="utf-8"
    )


# The links


def problem_of(link, path):
    """Say what is wrong with a link in a document; nothing where it leads somewhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "" if parts.scheme in ("https", "mailto") and (parts.netloc or parts.path) else "not an address"
    target = (path.parent / parts.path).resolve() if parts.path else path
    if not target.exists():
        return "no such file"
    if parts.fragment and parts.fragment not in anchors(target.read_text(encoding="utf-8")):
        return "no such heading"
    return ""


@pytest.mark.parametrize("path", ALL_MARKDOWN, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_no_link_is_dead(path):
    text = path.read_text(encoding="utf-8")
    place = REPOSITORY / path.name if path.parent == TEMPLATES else path
    problems = {link: problem_of(link, place) for link in links(text)}
    assert {link: problem for link, problem in problems.items() if problem} == {}


def test_a_dead_link_is_noticed():
    say = partial(problem_of, path=REPOSITORY / "README.md")
    assert say("docs/nothing.md") == "no such file"
    assert say("docs/threat-model.md#nothing") == "no such heading"
    assert say("docs/threat-model.md#what-is-defended") == ""
    assert say("http:/example.org") == "not an address"
