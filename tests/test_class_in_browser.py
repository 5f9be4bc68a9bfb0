"""The page of a class in a real browser: it sorts, fits a phone, loads nothing, and runs nothing that a student wrote."""

import pytest

import chromium
from chromium import NARROW, WIDE
from reelgrade.classroom.outputs import write_outputs
from reelgrade.course.settings import Late, Settings
from sample_class import DEADLINE, a_class

COLUMN = "return [...document.querySelectorAll('section[aria-labelledby={}] tbody tr')].map(row => row.cells[{}].dataset.key)"
HEAD = "return document.querySelector('section[aria-labelledby={}] thead').rows[0].cells[{}]"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    out = tmp_path_factory.mktemp("class")
    write_outputs(a_class(), out, Settings("NLP", "nlp", DEADLINE, Late(10, 60, 50), "best"))
    return out / "class.html"


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_class_is_readable(browser, page, width, scheme, tmp_path):
    chromium.show(browser, page, width, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    root = "document.documentElement"
    assert browser.execute_script(f"return [window.innerWidth, {root}.scrollWidth]") == [width, width]
    inside = (
        "return [...document.querySelectorAll('.region')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert browser.execute_script(inside) == 0
    texts = browser.execute_script(chromium.TEXTS)
    assert len(texts) > 1000
    assert chromium.hard_to_read([text for text in texts if text["text"].strip()]) == []
    assert [one for one in browser.get_log("browser") if one["level"] in ("SEVERE", "WARNING")] == []
    chromium.check_screenshot(browser, tmp_path / "page.png")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_click_sorts_by_its_column_and_another_turns_the_order(browser, page, width):
    chromium.show(browser, page, width, "light")
    keys = browser.execute_script(COLUMN.format("students", 1))
    known = [key for key in keys if key]
    head = browser.execute_script(HEAD.format("students", 1))
    for turn in ("ascending", "descending"):
        head.find_element("tag name", "button").click()
        after = browser.execute_script(COLUMN.format("students", 1))
        assert head.get_attribute("aria-sort") == turn
        assert [float(key) for key in after if key] == sorted(map(float, known), reverse=turn == "descending")
        assert after != keys
        assert [bool(key) for key in after] == sorted((bool(key) for key in keys), reverse=True)  # unknown last


def test_checks_come_with_the_hardest_first_and_sort_into_the_order_of_the_course(browser, page):
    chromium.show(browser, page, WIDE, "light")
    rates = [float(key) for key in browser.execute_script(COLUMN.format("checks", 2))]
    assert rates == sorted(rates)
    browser.execute_script(HEAD.format("checks", 0)).find_element("tag name", "button").click()
    places = [int(key) for key in browser.execute_script(COLUMN.format("checks", 0))]
    assert places == list(range(1, len(rates) + 1))


def test_the_page_of_a_class_loads_nothing_and_runs_nothing_of_students(browser, page):
    chromium.show(browser, page, WIDE, "light")
    assert browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name)") == []
    foreign = "return document.querySelectorAll('img, iframe, object, link, base, form, [onerror], [onload], [onclick]').length"
    assert browser.execute_script(foreign) == 0
    assert browser.execute_script("return document.scripts.length") == 1


def test_the_policy_of_the_page_stops_any_other_script(browser, page):
    """Even where a text had not been escaped, nothing would run."""
    broken = page.with_name("broken.html")
    planted = "<script>document.title = 'hacked'</script><img src=x onerror=\"document.title = 'hacked'\"></main>"
    broken.write_text(page.read_text(encoding="utf-8").replace("</main>", planted), encoding="utf-8")
    chromium.show(browser, broken, WIDE, "light")
    assert browser.execute_script("return document.scripts.length") == 2
    assert browser.title.startswith("NLP")
    assert browser.execute_script(HEAD.format("students", 1)).find_elements("tag name", "button")  # ours does


def test_every_link_to_a_student_opens_a_page(browser, page):
    chromium.show(browser, page, WIDE, "light")
    links = browser.execute_script(
        "return [...document.querySelectorAll('a[href]')].map(one => one.getAttribute('href'))"
    )
    targets = {link for link in links if not link.startswith("#")}
    assert {(page.parent / target).is_file() for target in targets} == {True}
    assert len(targets) == len(list((page.parent / "students").glob("*.html")))
    anchors = {link[1:] for link in links if link.startswith("#")}
    assert browser.execute_script("return [...arguments[0]].every(one => document.getElementById(one))", list(anchors))
    browser.find_element("css selector", "section[aria-labelledby=students] a").click()
    assert "/students/" in browser.current_url
    assert browser.find_element("tag name", "h1").text
