"""The HTML report in a real browser, wide and narrow, light and dark: readable, complete, and inside its boxes."""

import os
import shutil

import pytest
from PIL import Image

from reelgrade.grading.writers import FORMATS
from sample_reports import good_report, hostile_report

WIDE, NARROW = 1280, 360
OPTIONS = [
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
]
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

# Every element with text of its own: its size, and its contrast against what is painted under it (WCAG 2, 1.4.3).
TEXTS = """
const channels = text => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const under = element => {
  for (; element; element = element.parentElement) {
    const colour = channels(getComputedStyle(element).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const found = [];
for (const element of document.body.querySelectorAll('*')) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!own) continue;
  const style = getComputedStyle(element);
  const [a, b] = [light(channels(style.color)), light(under(element))].sort((x, y) => y - x);
  found.push({text: element.textContent.slice(0, 40), size: parseFloat(style.fontSize), contrast: (a + 0.05) / (b + 0.05)});
}
return found;
"""


def program(*names):
    return next((path for path in map(shutil.which, names) if path), None)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    chromium = program("chromium", "chromium-browser", "google-chrome")
    driver = program("chromedriver")
    if not chromium or not driver:
        reason = "no chromium with its chromedriver on the PATH; install both"
        if os.environ.get("CI_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    started = start(chromium, driver, tmp_path_factory.mktemp("profile"))
    yield started
    started.quit()


def start(chromium, driver, profile):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in [*OPTIONS, f"--user-data-dir={profile}", *["--no-sandbox"] * (os.geteuid() == 0)]:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


@pytest.fixture(scope="module", params=REPORTS)
def page(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(FORMATS["html"].write(REPORTS[request.param]()), encoding="utf-8")
    return path


@pytest.fixture(params=[(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")], ids=str)
def opened(request, browser, page):
    width, scheme = request.param
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == NARROW}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get_log("browser")  # what other pages left
    browser.get(page.as_uri())
    assert browser.execute_script("return window.innerWidth") == width
    return browser


def test_the_page_is_readable(opened, tmp_path):
    check_page(opened)
    opened.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    check_page(opened)
    assert [entry for entry in opened.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    check_screenshot(opened, tmp_path / "page.png")


def check_page(browser):
    width, content = browser.execute_script(
        "return [document.documentElement.clientWidth, document.documentElement.scrollWidth]"
    )
    assert content <= width
    assert browser.execute_script(OUTSIDE) == []
    images = browser.execute_script("return [...document.images].map(one => [one.complete, one.naturalWidth, one.alt])")
    assert len(images) >= 2
    assert all(complete and natural > 0 and alt for complete, natural, alt in images)
    texts = browser.execute_script(TEXTS)
    assert len(texts) > 20
    assert [text for text in texts if text["size"] < 12] == []
    assert [text for text in texts if text["contrast"] < 4.5] == []


def check_screenshot(browser, path):
    browser.save_screenshot(str(path))
    image = Image.open(path).convert("L")
    darkest, lightest = image.getextrema()
    shares = sorted((count for count in image.histogram() if count), reverse=True)
    assert lightest - darkest > 150
    assert 0.001 < 1 - shares[0] / sum(shares) < 0.9


def test_student_text_runs_nothing(browser, page):
    """The page of a hostile report has no script of its own, and none that a student wrote."""
    browser.get(page.as_uri())
    counts = browser.execute_script(
        "return [document.scripts.length, document.querySelectorAll('[onerror], [onload], iframe, object').length]"
    )
    assert counts == [0, 0]
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(one => one.name.slice(0, 5))")
    assert set(loaded) <= {"data:"}
