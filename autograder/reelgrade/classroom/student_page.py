"""The page of one student: the report with what lateness takes, or what to do where there is no report."""

from reelgrade.classroom.entries import REFUSED
from reelgrade.classroom.late import Standing
from reelgrade.grading.writers import page
from reelgrade.grading.writers.templates import templates

NOT_TAKEN = (
    "it could not be taken",
    (
        "Look at what was handed in: it has to be a folder, a .zip or a .tar with your exercise files, or your notebooks.",
        "Make the archive again with reelgrade pack, which checks it before you hand it in.",
        "Hand it in again, or ask your instructor if the deadline has passed.",
    ),
)
DIED = (
    "grading it ended the process that graded",
    (
        "Run pytest autograder on your own machine, and look for code that ends the process, never ends, or fills the memory.",
        "Mend it, or put raise NotImplementedError back into the function it is in: the others then get their points.",
        "Hand it in again, or ask your instructor, who can grade it alone.",
    ),
)
"""What has happened, and what a student can do about it."""


def write(standing: Standing) -> str:
    """Write the page of one student.

    >>> from reelgrade.classroom.entries import Entry
    >>> "damaged" in write(Standing(Entry("alice", "alice.zip", status=REFUSED, problem="the archive is damaged")))
    True
    """
    entry = standing.entry
    if entry.report:
        return page.write(entry.report, remark(standing))
    happened, steps = NOT_TAKEN if entry.status == REFUSED else DIED
    found = templates("reelgrade.classroom", "reelgrade.grading.writers").get_template("problem.html.j2")
    return found.render(entry=entry, happened=happened, steps=steps)


def remark(standing: Standing) -> str:
    """Say what counts where it is not simply the points: late, or another attempt than the last one."""
    said = []
    if standing.days:
        said.append(f"What counts, bonus included: {standing.sentence}.")
    if standing.attempts > 1:
        said.append(f"This is attempt {standing.entry.attempt} of {standing.attempts}, the one that counts.")
    return " ".join([*said, *([standing.note[0].upper() + standing.note[1:] + "."] if standing.note else [])])
