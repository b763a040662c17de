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
    page.goto(f"{facts['url']}/outbox/")
    picture(page, "outbox")
    page.goto(f"{facts['url']}/outbox/?view=failed")
    page.locator("main table a", has_text="reminder").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "outbox-mail")
    page.goto(f"{facts['url']}/accounts/")
    picture(page, "accounts")
    page.goto(f"{facts['url']}/accounts/?q=boulangerie+lef")
    page.locator("table.accounts tbody a").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "account")
    page.get_by_role("navigation").get_by_role("link", name="Documents").last.click()
    page.wait_for_load_state("networkidle")
    picture(page, "documents")
    take_request(page, facts, "comptes+annuels", "Comptes annuels", "approval")
    take_request(page, facts, "bail", "Bail du magasin", "conversation")
    take_request(page, facts, "cl%C3%B4ture", "Avant la clôture", "tasks")
    page.goto(f"{facts['url']}/settings/firm/")
    page.frame_locator("iframe.mail-frame:not(.loading)").last.locator("h1").wait_for()
    page.wait_for_load_state("networkidle")
    picture(page, "settings")


def take_request(page: Page, facts: dict[str, Any], search: str, title: str, name: str) -> None:
    """The page of the first request whose title begins like this."""
    page.goto(f"{facts['url']}/requests/?view=all&q={search}")
    page.locator("table a", has_text=title).first.click()
    page.wait_for_load_state("networkidle")
    picture(page, name)


def take_client(browser: Browser, facts: dict[str, Any]) -> None:
    page = signed_in(browser, facts, "client", 1, PHONE, "fr-FR")
    picture(page, "portal")
    page.keyboard.press("Escape")  # stays in the account that comes first
    page.locator("#switch").wait_for(state="hidden")
    page.get_by_role("link", name="Lire et signer").first.click()
    page.wait_for_load_state("networkidle")
    picture(page, "client")
    page.goto(f"{facts['url']}/portal/")
    page.locator("main .card", has_text="Avant la clôture").get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    picture(page, "client-tasks")


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
