"""The pictures of the README, taken from the running demo: `make pictures` while `make demo` runs elsewhere."""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from ops.chromium import find_chromium

BASE = Path(__file__).resolve().parent.parent
FOLDER = BASE / "docs" / "pictures"
DESKTOP, PHONE = (1280, 860), (390, 760)


def main() -> int:
    ready = BASE / "var" / "demo.json"
    chromium = find_chromium()
    if chromium is None or not ready.is_file():
        print("The pictures want Chromium and a running demo: `make demo` in another terminal.", file=sys.stderr)
        return 1
    facts = json.loads(ready.read_text(encoding="utf-8"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
        take_desk(browser, facts)
        take_client(browser, facts)
        browser.close()
    return 0


def take_desk(browser: Browser, facts: dict[str, Any]) -> None:
    page = signed_in(browser, facts, "staff", 0, DESKTOP, "en-GB")
    picture(page, "start")
    page.goto(f"{facts['url']}/requests/?q=boulangerie")
    page.get_by_role("link", name="Lettre de mission 2027").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "request")
    page.goto(f"{facts['url']}/accounts/")
    picture(page, "accounts")
    page.goto(f"{facts['url']}/accounts/?q=boulangerie+lef")
    page.locator("table.accounts tbody a").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "account")
    page.goto(f"{facts['url']}/settings/firm/")
    page.frame_locator("iframe.mail-frame:not(.loading)").last.locator("h1").wait_for()
    page.wait_for_load_state("networkidle")
    picture(page, "settings")


def take_client(browser: Browser, facts: dict[str, Any]) -> None:
    page = signed_in(browser, facts, "client", 1, PHONE, "fr-FR")
    picture(page, "portal")
    page.keyboard.press("Escape")  # stays in the account that comes first
    page.locator("#switch").wait_for(state="hidden")
    page.locator("main a[href^='/a/']").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "client")


def signed_in(browser: Browser, facts: dict[str, Any], side: str, number: int, size: tuple[int, int], locale: str) -> Page:
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale).new_page()
    person = facts[side][number]
    page.goto(f"{facts['url']}/sign-in/")
    page.locator("input[type=email]").fill(person["email"])
    page.locator("input[type=password]").fill(person["password"])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    return page


def picture(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
