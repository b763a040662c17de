"""The firm's reminders on the running product: the calendar follows what is typed, closed days come and go; the question before Save."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible_at_both_widths
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
OWNER = "wim@kantoor-peeters.example"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        yield page


def open_settings(demo: Demo, page: Page, email: str) -> None:
    demo.sign_in(page, next(each for each in demo.staff if each["email"] == email))
    page.goto(f"{demo.url}/settings/reminders/")


@pytest.mark.rule("X03", "D26")
def test_calendar_follows_what_is_typed_and_closed_days_leave_it_alone(demo: Demo, page: Page) -> None:
    open_settings(demo, page, OWNER)
    assert_accessible_at_both_widths(page)
    off = page.locator(".month td.off")
    weekends = off.count()
    page.get_by_text("Saturday", exact=True).click()
    expect(page.locator("#save-status")).to_contain_text("1 change: Days of the week Monday to Friday → Monday to Saturday")
    expect(off.nth(weekends // 2 + 4)).not_to_be_attached()
    page.get_by_label("First day").fill("2027-12-24")
    page.get_by_label("Last day").fill("2027-12-23")
    page.get_by_role("button", name="Add these days").click()
    expect(page.locator("#calendar")).to_contain_text("The last day lies before the first.")
    assert_accessible_at_both_widths(page)
    page.get_by_label("Last day").fill("2027-12-31")
    page.get_by_label("Name", exact=True).fill("Christmas")
    page.get_by_role("button", name="Add these days").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The firm is closed then.")
    expect(page.get_by_label("Saturday")).to_be_checked()  # what is typed beside it stays
    page.get_by_role("button", name="Remove Fri 24 Dec Christmas").click()
    expect(page.locator("#calendar")).to_contain_text("None so far")
    page.get_by_role("button", name="Discard").click()
    expect(off).to_have_count(weekends)


@pytest.mark.rule("D14", "D15")
def test_usual_reminders_are_what_an_account_is_said_to_have(demo: Demo, page: Page) -> None:
    open_settings(demo, page, OWNER)
    page.get_by_role("switch", name="Approvals").check()
    page.get_by_label("Approvals: every so many days").fill("4")
    expect(page.locator("#save-status")).to_contain_text("1 change: Approvals off → every 4 days, at most 1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Saved. It holds from the next reminder on.")
    page.goto(f"{demo.url}/accounts/?q=Garage+Maes")
    page.get_by_role("link", name="Garage Maes").first.click()
    card = page.locator("section:has(#account-reminders)")
    expect(card).to_contain_text("every 4 days, at most 1")
    assert_accessible_at_both_widths(page)
    card.get_by_role("link", name="Change").click()
    expect(page.get_by_label("As the firm has it")).to_be_checked()
    assert_accessible_at_both_widths(page)


def test_open_requests_are_asked_about_before_anything_is_saved(demo: Demo, page: Page) -> None:
    """In the larger firm, one of whose signatures has no reminders; nothing is saved, for other tests live there."""
    open_settings(demo, page, demo.staff[0]["email"])
    page.get_by_role("switch", name="Signatures").check()
    page.get_by_role("button", name="Save", exact=True).click()
    question = page.locator("#open-ones")
    expect(question).to_contain_text("Remind of open ones too?")
    expect(question.get_by_role("alert")).to_be_focused()
    expect(question.get_by_role("radio", checked=True)).to_have_count(0)
    assert_accessible_at_both_widths(page)
    page.get_by_role("link", name="Discard").click()
    expect(page.get_by_role("switch", name="Signatures")).not_to_be_checked()
