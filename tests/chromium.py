"""A headless Chromium for tests of pages: started bare, at a width and in a scheme, and what it says of their texts."""

import os
import shutil
from contextlib import contextmanager

import pytest
from PIL import Image

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


@contextmanager
def started(profile):
    """A browser with a fresh profile; the test is skipped without one, or fails where CI_BROWSER=1 is set."""
    chromium = program("chromium", "chromium-browser", "google-chrome")
    driver = program("chromedriver")
    if not chromium or not driver:
        reason = "no chromium with its chromedriver on the PATH; install both"
        if os.environ.get("CI_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    browser = start(chromium, driver, profile)
    try:
        yield browser
    finally:
        browser.quit()


def start(chromium, driver, profile):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for option in [*OPTIONS, f"--user-data-dir={profile}", *["--no-sandbox"] * (os.geteuid() == 0)]:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


def show(browser, page, width, scheme):
    """Open a page at this width, in the light or the dark scheme; forgets what other pages left in the log."""
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == NARROW}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get_log("browser")
    browser.get(page.as_uri())


def hard_to_read(texts):
    """Those of the TEXTS that are small or pale."""
    return [text for text in texts if text["size"] < 12 or text["contrast"] < 4.5]


def check_screenshot(browser, path):
    browser.save_screenshot(str(path))
    image = Image.open(path).convert("L")
    darkest, lightest = image.getextrema()
    shares = sorted((count for count in image.histogram() if count), reverse=True)
    assert lightest - darkest > 150
    assert 0.001 < 1 - shares[0] / sum(shares) < 0.9
