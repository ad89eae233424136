"""Opens pages and says what is wrong with them."""

import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import worlds
from setup import program

LANGUAGES = ("en", "zh", "ja")
WIDTHS = (1280, 700, 400)

# Chromium as root, with nothing of its own going on behind the page.
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars")


def main(arguments):
    parser = argparse.ArgumentParser(prog="tests/browser/run")
    parser.add_argument("--keep", metavar="DIR", help="keep the pages and pictures of them here")
    options = parser.parse_args(arguments)
    directory = tempfile.mkdtemp(prefix="pldoctor-browser-")
    failed = passed = 0
    try:
        browser = start(directory)
        try:
            for name, page, shows_path in pages(directory):
                problems = look(browser, name, page, shows_path, options.keep)
                print(f"{'FAIL' if problems else 'ok  '} {name}", flush=True)
                for problem in problems:
                    print(f"     {problem}", flush=True)
                failed, passed = failed + bool(problems), passed + (not problems)
        finally:
            browser.quit()
        if options.keep:
            shutil.copytree(os.path.join(directory, "pages"), options.keep, dirs_exist_ok=True)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"browser: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


def start(directory):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for option in OPTIONS:
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={os.path.join(directory, 'profile')}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    browser = webdriver.Chrome(options=options, service=service)
    browser.set_page_load_timeout(60)
    return browser


def pages(directory):
    """The name of each page, its file, and whether there has to be a picture of the path."""
    made = {
        "broken": (worlds.broken(os.path.join(directory, "broken")), True),
        "healthy": (worlds.of_case("login/healthy", os.path.join(directory, "healthy")), False),
        "hostile": (worlds.hostile(os.path.join(directory, "hostile")), True),
    }
    folder = os.path.join(directory, "pages")
    os.makedirs(folder)
    for name, (world, shows_path) in made.items():
        for language in LANGUAGES:
            page = os.path.join(folder, f"{name}.{language}.html")
            argv = [program(), "check", "--facts", world, "--lang", language, "--report", f"html={page}", "-q"]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
            if done.returncode not in (0, 1, 3):
                raise SystemExit(f"{' '.join(argv)}: exit {done.returncode}\n{done.stderr}")
            yield f"{name}, {language}", page, shows_path


def look(browser, name, page, shows_path, keep):
    problems = []
    browser.get_log("performance"), browser.get_log("browser")
    browser.get(f"file://{page}")
    source = open(page, encoding="utf-8").read()
    for width in WIDTHS:
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        problems += fits(browser, width, shows_path)
        for scheme in ("light", "dark") if keep else ():
            feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
            shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            with open(page.removesuffix("html") + f"{width}.{scheme}.png", "wb") as out:
                out.write(base64.b64decode(shot["data"]))
    problems += commands(browser)
    problems += schemes(browser)
    problems += keyboard(browser)
    problems += inert(browser, source)
    problems += requests(browser, page)
    return problems


def fits(browser, width, shows_path):
    """Nothing is wider than the window, and the picture that is shown is drawn inside of it."""
    problems = []
    scroll = browser.execute_script("return document.documentElement.scrollWidth")
    if scroll > width:
        wide = browser.execute_script(
            "return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".slice(0, 3).map(e => e.outerHTML.slice(0, 120))")
        problems.append(f"{width} px: {scroll} px wide: {wide}")
    shown = [each for each in browser.find_elements(By.CSS_SELECTOR, "svg.picture") if each.is_displayed()]
    if len(shown) != (1 if shows_path else 0):
        problems.append(f"{width} px: {len(shown)} pictures are shown")
    for each in shown:
        box = each.rect
        if box["x"] < 0 or box["x"] + box["width"] > width or box["width"] < 300:
            problems.append(f"{width} px: the picture is at {box}")
        # Text that leaves the box it stands in can't be read.
        loose = browser.execute_script(
            "return [...arguments[0].querySelectorAll('.chip')].filter(chip => {"
            "  const box = chip.querySelector('rect').getBBox();"
            "  return [...chip.querySelectorAll('text')].some(text => text.getBBox().x + text.getBBox().width > box.x + box.width + 1);"
            "}).map(chip => chip.textContent.slice(0, 200))", each)
        problems += [f"{width} px: text leaves its box: {text}" for text in loose]
        if shows_path and not each.find_elements(By.CSS_SELECTOR, ".chip.deny"):
            problems.append(f"{width} px: no hop is marked")
    return problems


def commands(browser):
    """Commands and ids are set in columns, in every language."""
    wrong = browser.execute_script(
        "return [...document.querySelectorAll('code, pre:not(.text), svg .id')]"
        ".filter(e => !getComputedStyle(e).fontFamily.includes('monospace')).map(e => e.outerHTML.slice(0, 80))")
    return [f"no monospace: {each}" for each in wrong[:3]]


def schemes(browser):
    """Light and dark are two, and text can be read on its ground in both."""
    grounds, problems = set(), []
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        low = browser.execute_script(CONTRAST)
        grounds.add(browser.execute_script("return getComputedStyle(document.documentElement).backgroundColor"))
        problems += [f"{scheme}: {text}" for text in low]
    if len(grounds) != 2:
        problems.append(f"light and dark have the same ground: {grounds}")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    return problems


# WCAG 2.1, 1.4.3: at least 4.5 to 1, of what a text is painted on.
CONTRAST = """
const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
const ground = element => {
  for (let each = element; each; each = each.parentElement) {
    const color = parse(getComputedStyle(each).backgroundColor);
    if (color.length === 3 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const low = new Set();
for (const element of document.querySelectorAll("body :not(svg, svg *, script)")) {
  if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
  const pair = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
  const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
  if (ratio < 4.5) low.add(`${element.tagName}.${element.className}: contrast ${ratio.toFixed(2)}`);
}
return [...low].slice(0, 5);
"""


def keyboard(browser):
    """Everything that can be unfolded or copied can be reached and used with keys alone."""
    problems = []
    browser.execute_script("document.activeElement.blur(); window.scrollTo(0, 0)")
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    wanted = browser.execute_script(
        "return [...document.querySelectorAll('a[href], button:not([hidden]), summary')].filter(e => e.checkVisibility()).length")
    reached = set()
    for _ in range(400):
        state = browser.execute_script(
            "const e = document.activeElement; const s = getComputedStyle(e);"
            "return [e.tagName, [...document.querySelectorAll('*')].indexOf(e), s.outlineStyle]")
        if state[0] == "BODY" or (state[0], state[1]) in reached:
            break
        if state[0] in ("A", "BUTTON", "SUMMARY"):
            if state[2] == "none":
                problems.append(f"{state[0]} shows no focus")
        reached.add((state[0], state[1]))
        browser.switch_to.active_element.send_keys(Keys.TAB)
    usable = sum(1 for tag, _ in reached if tag in ("A", "BUTTON", "SUMMARY"))
    if usable != wanted:
        problems.append(f"keys reach {usable} of {wanted} links, buttons and summaries")
    summary = browser.find_elements(By.CSS_SELECTOR, "details > summary")
    if summary:
        details = summary[0].find_element(By.XPATH, "..")
        summary[0].send_keys(Keys.ENTER)
        if details.get_attribute("open") is None:
            problems.append("Enter does not unfold a finding")
        summary[0].send_keys(Keys.ENTER)
    button = [each for each in browser.find_elements(By.CSS_SELECTOR, "button.copy") if each.is_displayed()]
    if button:
        before = button[0].text
        button[0].send_keys(Keys.ENTER)
        browser.execute_async_script("setTimeout(arguments[0], 200)")
        if button[0].text == before or button[0].text != browser.find_element(By.CSS_SELECTOR, ".status").get_attribute("textContent"):
            problems.append("Enter on the button does not say that it copied")
    return problems


class References(HTMLParser):
    """Attributes that a browser would follow, or whose value is an address: labels and texts may name one."""

    FOLLOWED = {"href", "xlink:href", "src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "cite", "manifest"}

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            value = (value or "").strip()
            if (name in self.FOLLOWED and not value.startswith("#")) or re.match(r"(https?:)?//|javascript:", value):
                self.found.append(f"<{tag} {name}={value}>")

    @classmethod
    def of(cls, source):
        parser = cls()
        parser.feed(source)
        return parser.found


def inert(browser, source):
    """Nothing of the data became a tag, an attribute or a script, and nothing of it ran."""
    problems = []
    if hit := browser.execute_script("return window.hit || null"):
        problems.append(f"a script of the data ran: {hit}")
    counts = browser.execute_script(
        "const n = s => document.querySelectorAll(s).length;"
        "return {script: n('script'), style: n('style'), foreign: n('img, iframe, object, embed, link, base, form, input, video, audio, image, use, a:not([href^=\"#\"])')"
        ", handlers: [...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on|^style$|^src/.test(a.name))).length"
        ", metas: n('meta')}")
    expected = {"script": 1, "style": 1, "foreign": 0, "handlers": 0, "metas": 5}
    if counts != expected:
        problems.append(f"the page has {counts}, not {expected}")
    policy = browser.execute_script("return document.querySelector('meta[http-equiv]').content")
    if not policy.startswith("default-src 'none';") or "unsafe" in policy or "http" in policy:
        problems.append(f"the policy is {policy}")
    # Beyond the browser's reading of it: no reference to anything outside in what is not text.
    problems += [f"refers to the outside: {reference}" for reference in References.of(source)]
    deceptive = re.findall("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]", source)
    if deceptive:
        problems.append(f"characters that deceive: {sorted(set(map(ascii, deceptive)))}")
    return problems


def requests(browser, page):
    """The browser's own log: it asked for the page and for nothing else, and had nothing to complain of."""
    asked = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        # The browser's first tab is one of its own pages, which may still be loading its own pictures.
        if message["method"] == "Network.requestWillBeSent" and not message["params"]["documentURL"].startswith("chrome://"):
            asked.add(message["params"]["request"]["url"].split("#")[0])
    problems = [f"asked for {url}" for url in asked if url != f"file://{page}"]
    if f"file://{page}" not in asked:
        problems.append("the log of requests does not even have the page")
    return problems + [f"the browser complains: {entry['message'][:300]}" for entry in browser.get_log("browser")]
