"""Approvals on the running product: asked with two files at once, requested again for all that are pending, found in the e-mail."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo
from tests.mail import text_of

pytestmark = pytest.mark.browser
NADIA = "nadia@"
SUBJECT = "2 demandes vous attendent"
TEXT = "Nadia, l’assemblée est vendredi : il nous manque encore vos accords."


@pytest.fixture
def page(demo: Demo, chromium: Browser) -> Iterator[Page]:
    """Claire's, who owns the larger firm."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        demo.sign_in(page, next(each for each in demo.staff if each["email"].startswith("claire@")))
        yield page


def ask_bakery(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/requests/new/approval/")
    page.locator("#q").fill("boulangerie lef")
    page.locator("#found a", has_text="Boulangerie Lefèvre").first.click()
    files = [{"name": f"{name}.csv", "mimeType": "text/csv", "buffer": b"Compte;Solde\n512;1\n"} for name in ("bilan", "stock")]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator("[data-drop-name]")).to_contain_text("stock.csv")
    page.get_by_label("Title").fill("Situation au 30 septembre")
    page.get_by_label("Nadia Lefèvre").check()
    assert_accessible(page)
    page.get_by_role("button", name="Send to 1 person").click()
    expect(page.get_by_role("heading", name="Situation au 30 septembre").first).to_be_visible()
    assert_accessible(page)


@pytest.mark.rule("D08", "D32", "D33", "M17")
def test_all_pending_are_requested_with_an_edited_text_that_is_in_the_email(page: Page, demo: Demo) -> None:
    nadia = next(each["email"] for each in demo.client if each["email"].startswith(NADIA))
    ask_bakery(page, demo)
    ask_bakery(page, demo)
    page.get_by_role("link", name="Documents", exact=True).first.click()
    page.get_by_role("link", name="Approvals", exact=True).click()
    assert_accessible(page)
    page.get_by_role("link", name="Situation au 30 septembre").first.click()
    page.get_by_role("link", name=re.compile("Boulangerie Lefèvre")).first.click()
    page.locator("nav[aria-label=Account] a", has_text="Documents").click()
    page.get_by_role("link", name="Approvals", exact=True).click()
    page.get_by_role("button", name=re.compile(r"Request approval for all \d+ pending")).click()
    dialog = page.get_by_role("dialog")
    message = dialog.get_by_label("Message to the client")
    expect(message).to_be_focused()
    expect(dialog).to_contain_text(nadia)
    assert_accessible(page)
    message.fill(TEXT)
    dialog.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("status").filter(has_text="Approval is requested at")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{demo.url}/demo/?to={nadia}")
    expect(page.locator("main")).to_contain_text(SUBJECT, timeout=60_000)
    (text,) = [" ".join(text_of(message).split()) for message in demo.mails_to(nadia) if message["Subject"] == SUBJECT]
    assert (TEXT in text, len(set(re.findall(r"/l/\S+", text)))) == (True, 2)
