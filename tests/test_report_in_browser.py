"""The HTML report in a real browser, wide and narrow, light and dark: readable, complete, and inside its boxes."""

import pytest

import chromium
from chromium import NARROW, WIDE
from reelgrade.grading.writers import FORMATS
from sample_reports import good_report, hostile_report

REPORTS = {"hostile": hostile_report, "good": good_report}

OUTSIDE = """
const page = document.documentElement.clientWidth, found = [];
for (const element of document.querySelectorAll('.foreign')) {
  if (!element.checkVisibility()) continue; // inside of what is closed
  const box = element.closest('article, section, header').getBoundingClientRect();
  for (const part of element.getClientRects()) {
    const outside = part.left < box.left - 1 || part.right > box.right + 1 || part.bottom > box.bottom + 1;
    if (outside || part.right > page) found.push(element.textContent.slice(0, 60));
  }
  const style = getComputedStyle(element);
  if (style.display !== 'inline' && style.overflowX === 'visible' && element.scrollWidth > element.clientWidth + 1)
    found.push(element.textContent.slice(0, 60));
}
return found;
"""


@pytest.fixture(scope="module", params=REPORTS)
def page(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(FORMATS["html"].write(REPORTS[request.param]()), encoding="utf-8")
    return path


@pytest.fixture(params=[(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")], ids=str)
def opened(request, browser, page):
    width, scheme = request.param
    chromium.show(browser, page, width, scheme)
    assert browser.execute_script("return window.innerWidth") == width
    return browser


def test_the_page_is_readable(opened, tmp_path):
    check_page(opened)
    opened.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    check_page(opened)
    assert [entry for entry in opened.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    chromium.check_screenshot(opened, tmp_path / "page.png")


def check_page(browser):
    width, content = browser.execute_script(
        "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert content <= width
    assert browser.execute_script(OUTSIDE) == []
    images = browser.execute_script("return [...document.images].map(one => [one.complete, one.naturalWidth, one.alt])")
    assert len(images) >= 2
    assert all(complete and natural > 0 and alt for complete, natural, alt in images)
    texts = browser.execute_script(chromium.TEXTS)
    assert len(texts) > 20
    assert chromium.hard_to_read(texts) == []


def test_student_text_runs_nothing(browser, page):
    """The page of a hostile report has no script of its own, and none that a student wrote."""
    browser.get(page.as_uri())
    counts = browser.execute_script(
        "return [document.scripts.length, document.querySelectorAll('[onerror], [onload], iframe, object').length]"
    )
    assert counts == [0, 0]
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name.slice(0, 5))")
    assert set(loaded) <= {"data:"}
