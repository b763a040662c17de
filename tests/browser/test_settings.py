"""The firm's settings on the running product: the preview beside the form, the question on leaving, the sample in the mailbox."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, FrameLocator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo
from tests.mail import html_of

pytestmark = pytest.mark.browser
OWNER = "wim@kantoor-peeters.example"


@pytest.fixture
def page(demo: Demo, chromium: Browser) -> Iterator[Page]:
    """The owner of the smaller firm, whose settings no other test looks at."""
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        demo.sign_in(page, next(each for each in demo.staff if each["email"] == OWNER))
        page.goto(f"{demo.url}/settings/firm/")
        yield page


def mail(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.mail-frame:not(.loading)").last


@pytest.mark.rule("A14")
def test_preview_follows_each_change_and_leaves_the_way_back_alone(page: Page) -> None:
    expect(mail(page).locator("body")).to_contain_text("Kantoor Peeters")
    way = page.evaluate("history.length")
    page.get_by_label("Firm name").fill("Kantoor De Zon")
    expect(mail(page).locator("body")).to_contain_text("Kantoor De Zon")
    page.get_by_label("Show message context").check()
    expect(mail(page).locator("body")).to_contain_text("Engagement letter 2027")
    page.get_by_label("Language of the e-mail").select_option("fr")
    expect(mail(page).locator("body")).to_contain_text("Lettre de mission 2027")
    expect(page.locator("#preview-heading")).to_contain_text("Lettre de mission 2027")
    page.get_by_text("Dark", exact=True).click()
    expect(mail(page).locator("h1")).to_have_css("color", re.compile(r"rgb\(2[34]\d, "))
    expect(page.locator("#save-status")).to_contain_text("2 changes: Name, Show message context")
    assert (page.evaluate("history.length"), page.locator("iframe.mail-frame").count()) == (way, 1)
    page.get_by_role("button", name="Discard").click()
    expect(mail(page).locator("body")).to_contain_text("Kantoor Peeters")


@pytest.mark.rule("A24")
def test_leaving_with_changes_asks_and_leaving_keeps_nothing(demo: Demo, page: Page) -> None:
    questions: list[str] = []

    def leave(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_label("Phone", exact=True).first.fill("+32 9 111 11 11")
    expect(page.locator("#save-status")).to_contain_text("1 change: Phone")
    page.get_by_role("link", name="Activity").click()
    expect(page).to_have_url(f"{demo.url}/activity/")
    page.goto(f"{demo.url}/settings/firm/")
    expect(page.get_by_label("Phone", exact=True).first).to_have_value("+32 9 000 00 00")
    assert questions == ["beforeunload"]


@pytest.mark.rule("A20", "A24")
def test_saved_change_stands_in_the_feed_and_in_the_next_sample(demo: Demo, page: Page) -> None:
    page.get_by_label("Address", exact=True).fill("Veldstraat 41, 9000 Ghent")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Saved. The next e-mail already looks like this.")
    expect(mail(page).locator("body")).to_contain_text("Veldstraat 41")
    page.get_by_role("button", name="Send me a sample").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(f"A sample is on its way to {OWNER}.")
    assert "Veldstraat 41" in html_of(demo.wait_for_mail(page, OWNER, 1))
    page.goto(f"{demo.url}/activity/")
    expect(page.get_by_text("changed the setting Address").first).to_be_visible()
    assert_accessible(page)
