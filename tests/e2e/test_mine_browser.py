"""The person's own pages in a real browser: a narrow phone, no scripts, the whole way from six words to gone."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import urllib.request
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.builders.intakes import WORDS, an_intake_body
from tests.e2e.conftest import PROJECT, LiveService

pytestmark = [pytest.mark.database, pytest.mark.processes]

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
REPORTS = PROJECT / ".reports"
PAGES = ("", "/places", "/seen", "/allowed", "/copy", "/copy/page", "/key", "/erase")
SMALLEST_TARGET = 24
CONTRAST = 4.5


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A Chromium of 360 px that runs no scripts, with a profile of its own."""
    if CHROMIUM is None or DRIVER is None:
        if os.environ.get("CI"):
            pytest.fail("In CI the pages are looked at in Debian's chromium, with chromium-driver. Install both.")
        pytest.skip(
            "NO CHROMIUM WAS FOUND: nobody looked at the person's own pages. Install chromium, chromium-driver."
        )
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    narrow(driver, 360)
    yield driver
    driver.quit()


def narrow(browser: webdriver.Chrome, width: int) -> None:
    """Make it as wide as that phone."""
    metrics = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def asked(live: LiveService, method: str, path: str, body: Any, **headers: str) -> Any:
    """Ask the API and answer the JSON; the outreach team's key, unless a header says otherwise."""
    sent = {"Authorization": f"Bearer {live.credentials['outreach']['api_key']}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        live.base_url + path, json.dumps(body).encode() if body is not None else None, {**sent, **headers},
        method=method,
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


@pytest.fixture
def words(live_service: LiveService) -> str:
    """Somebody who came in, allowed one provider something, and holds their words."""
    came = asked(live_service, "POST", "/v1/intakes", an_intake_body())
    provider = asked(live_service, "GET", "/v1/providers", None)["items"][0]
    consent = {
        "subject_name": {"text": "Ruby"}, "recipients": [{"provider_id": provider["id"]}], "purpose": "referral",
        "scope": ["name", "priorities"], "expires": {"at": "2099-01-01T00:00:00Z"}, "signature": {"method": "typed"},
    }  # fmt: skip
    asked(live_service, "POST", f"/v1/people/{came['person_id']}/consents", consent)
    return str(came["return_code"])


def come_in(
    browser: webdriver.Chrome, live: LiveService, words: str, *, button: str = "Come in", query: str = ""
) -> None:
    """Sign in."""
    browser.get(f"{live.base_url}/mine{query}")
    browser.find_element(By.ID, "code").send_keys(words)
    press(browser, button)


def press(browser: webdriver.Chrome, name: str, *, within: WebElement | None = None) -> None:
    """Press the button with this name, and wait until the page that it stood on is gone."""
    button = (within or browser).find_element(By.XPATH, f".//button[normalize-space()='{name}']")
    button.click()
    WebDriverWait(browser, 20).until(lambda _: is_gone(button))


def is_gone(element: WebElement) -> bool:
    """Whether an element's page is no longer there; in the moment of leaving the driver says so in several ways."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


def text_of(browser: webdriver.Chrome) -> str:
    """What is to be read."""
    return browser.find_element(By.TAG_NAME, "body").text


def mine(browser: webdriver.Chrome) -> list[str]:
    """What matters, in the order of the page."""
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, "ol.mine > li > p.words")]


def test_the_whole_way_from_six_words_to_gone(live_service: LiveService, browser: webdriver.Chrome, words: str) -> None:
    address = f"{live_service.base_url}/mine"
    come_in(browser, live_service, words)
    assert mine(browser)[0] == WORDS

    browser.find_element(By.ID, "more").send_keys("see my kids <b>soon</b>")
    press(browser, "Add")
    assert mine(browser)[-1] == "see my kids <b>soon</b>"
    press(browser, "Up", within=browser.find_elements(By.CSS_SELECTOR, "ol.mine > li")[1])
    assert mine(browser)[1] == WORDS

    browser.get(f"{address}/allowed")
    press(browser, "Take this back")
    assert "You took it back" in text_of(browser)
    browser.get(f"{address}/seen")
    assert "Nobody was told anything." in text_of(browser)
    assert "Wrote down what you said" in text_of(browser)

    browser.get(f"{address}/key")
    press(browser, "Give me new words")
    new = browser.find_element(By.ID, "new").text
    come_in(browser, live_service, words)
    assert "Nobody was found by these words." in text_of(browser)
    come_in(browser, live_service, new)
    assert WORDS in text_of(browser)

    browser.get(f"{address}/copy/page")
    assert "see my kids <b>soon</b>" in text_of(browser)
    browser.get(f"{address}/erase")
    press(browser, "Erase everything now")
    assert "It is gone" in text_of(browser)
    come_in(browser, live_service, new)
    assert "Nobody was found by these words." in text_of(browser)


@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_page_is_for_everybody(
    live_service: LiveService, browser: webdriver.Chrome, words: str, width: int, lang: str
) -> None:
    narrow(browser, width)
    browser.get(f"{live_service.base_url}/mine?lang={lang}")
    found = faults(browser, lang)
    picture(browser, f"entrance-{lang}-{width}", live_service)
    come_in(browser, live_service, words, button="Come in" if lang == "en" else "Entrar", query=f"?lang={lang}")
    for path in PAGES:
        browser.get(f"{live_service.base_url}/mine{path}?lang={lang}")
        picture(browser, f"{path.strip('/').replace('/', '-') or 'mine'}-{lang}-{width}", live_service)
        assert not browser.find_elements(By.ID, "code"), "The visit ended."
        found += [f"{path}: {fault}" for fault in faults(browser, lang)]

    assert found == []


def test_leaving_leads_away_and_leaves_nothing(
    live_service: LiveService, browser: webdriver.Chrome, words: str
) -> None:
    come_in(browser, live_service, words)
    titles = {browser.title}
    link = browser.find_element(By.CSS_SELECTOR, "a.leave")

    assert link.get_attribute("href") == f"{live_service.base_url}/mine/leave"
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*weather*"]})
    link.click()
    browser.get(f"{live_service.base_url}/mine")
    history = browser.execute_cdp_cmd("Page.getNavigationHistory", {})["entries"]
    titles |= {entry["title"] for entry in history if "/mine" in entry["url"]}
    assert "Your six words" in text_of(browser)
    assert browser.get_cookies() == []
    assert titles <= {"My page", ""}
    assert all(words not in entry["url"] for entry in history)


def picture(browser: webdriver.Chrome, name: str, live: LiveService) -> None:
    """Keep a picture of the whole page, to be looked at."""
    REPORTS.mkdir(exist_ok=True)
    shown = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True})
    (REPORTS / f"mine-{live.backend}-{name}.png").write_bytes(base64.b64decode(shown["data"]))


def faults(browser: webdriver.Chrome, lang: str) -> list[str]:
    """What keeps somebody out: no language, no name, too small, too pale, too wide, steps left out in the headings."""
    html = browser.find_element(By.TAG_NAME, "html")
    levels = [int(each.tag_name[1]) for each in browser.find_elements(By.CSS_SELECTOR, "h1, h2, h3, h4")]
    wide = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
    found = []
    if html.get_attribute("lang") != lang:
        found.append("the language is not named")
    if levels[:1] != [1] or any(after > before + 1 for before, after in pairwise(levels)):
        found.append(f"headings leave out a step: {levels}")
    if wide["cssContentSize"]["width"] > wide["cssLayoutViewport"]["clientWidth"]:
        found.append("it is wider than the phone")
    if len(browser.find_elements(By.TAG_NAME, "main")) != 1:
        found.append("there is no main landmark")
    for each in browser.find_elements(By.CSS_SELECTOR, "input:not([type=hidden]), textarea, button, a, summary"):
        if each.is_displayed():
            found += _faults_of(browser, each)
    return found


def _faults_of(browser: webdriver.Chrome, each: WebElement) -> list[str]:
    name, found = each.accessible_name, []
    if not name.strip() and each.tag_name != "summary":
        found.append(f"a {each.tag_name} has no name")
    inline = each.tag_name == "a" and not each.find_elements(By.XPATH, "ancestor::nav | self::*[@class]")
    if each.size["height"] < SMALLEST_TARGET and not inline and "skip" not in (each.get_attribute("class") or ""):
        found.append(f"{each.tag_name} {name!r} is {each.size['height']} px high")
    front = _rgb(each.value_of_css_property("color"))
    back = _rgb(each.value_of_css_property("background-color")) or (255, 255, 255)
    if front and _contrast(front, back) < CONTRAST:
        found.append(f"{each.tag_name} {name!r} is too pale")
    return found


def _rgb(text: str) -> tuple[float, ...] | None:
    numbers = [float(each) for each in re.findall(r"[\d.]+", text)]
    return None if len(numbers) == 4 and numbers[3] == 0 else tuple(numbers[:3])


def _contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: tuple[float, ...]) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [each / 255 for each in rgb]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
