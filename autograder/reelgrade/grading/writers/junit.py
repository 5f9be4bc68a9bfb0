"""junit.xml: one test suite an exercise, one test case a check, for CI systems.

`failure` is what the student has to mend: failed, timed out, crashed, and also not started, since CI users read
skipped as "nothing to see" and points that were not earned must not look green. `skipped` is a check that waits for
another one: that one is a failure of the same suite already, and the one to look at. `error` is the grader's own fault.
A report that is not final has nothing but errors, and no points. A report without a single result has one error, so that an empty run is not green either. Leaves out what JUnit has
no place for: notices and the environment.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from reelgrade.grading.judging import BLOCKED, ERROR, PASSED, CheckResult
from reelgrade.grading.report import ExerciseReport, Report
from reelgrade.grading.writers.escape import xml_text
from reelgrade.grading.writers.words import is_of_record, not_final, told

TAGS = {BLOCKED: "skipped", ERROR: "error"}  # every other status is a failure
COUNTED = ("failure", "error", "skipped")


def write(report: Report) -> str:
    """Write a report as JUnit XML.

    >>> ElementTree.fromstring(write(Report("alice", (), 0, 0, False))).get("errors")
    '1'
    """
    root = Element("testsuites", name=xml_text(report.submission))
    for exercise in report.exercises:
        root.append(_suite(report, exercise))
    _add_grader(root, report)
    for suite in root:
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, exercise: ExerciseReport) -> Element:
    suite = Element("testsuite", name=exercise.exercise.name)
    facts = _points(report, exercise.points, exercise.max_points)
    facts |= {"isolation": report.provenance.isolation.level} if report.provenance else {}
    facts |= {"score_of_record": str(is_of_record(report)).lower(), "final": str(report.gradable).lower()}
    _add_properties(suite, facts)
    for result in exercise.results:
        suite.append(_case(report, result))
    return suite


def _points(report: Report, points: float, most: float) -> dict[str, str]:
    return {"points": f"{points:g}", "max_points": f"{most:g}"} if report.gradable else {}


def _case(report: Report, result: CheckResult) -> Element:
    name = result.check.id.removeprefix(f"{result.check.exercise}.")
    case = Element("testcase", classname=result.check.exercise, name=name, time=f"{result.seconds:.3f}")
    _add_properties(case, _points(report, result.points, result.check.points))
    if not report.gradable:
        SubElement(case, "error", type=ERROR, message=xml_text(result.message or not_final(report)))
    elif result.status != PASSED:
        message = xml_text(result.message or result.check.title)
        verdict = SubElement(case, TAGS.get(result.status, "failure"), type=result.status, message=message)
        verdict.text = xml_text("\n".join(told(result)))
    if result.printed:
        printed = [*result.printed, *["..."] * result.printed_more]
        SubElement(case, "system-out").text = xml_text("\n".join(printed))
    return case


def _add_properties(element: Element, facts: dict[str, str]) -> None:
    properties = SubElement(element, "properties")
    for name, value in facts.items():
        SubElement(properties, "property", name=name, value=xml_text(value))


def _add_grader(root: Element, report: Report) -> None:
    """Add a suite for what the grader could not do, where there is such a thing."""
    broken = list(report.faults) or ([] if report.results else ["no check was run"])
    if not broken:
        return
    suite = SubElement(root, "testsuite", name="grader")
    for place, fault in enumerate(broken, start=1):
        case = SubElement(suite, "testcase", classname="grader", name=f"fault {place}", time="0.000")
        SubElement(case, "error", type=ERROR, message=xml_text(fault)).text = not_final(report) or None


def _count(element: Element) -> None:
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for tag, attribute in zip(COUNTED, ("failures", "errors", "skipped"), strict=True):
        element.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
