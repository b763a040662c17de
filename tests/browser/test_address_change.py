"""A client's e-mail address changes on the running product, step by step, and the client is never locked out."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible_at_both_widths
from tests.browser.demo import Demo
from tests.browser.test_story import new_page
from tests.mail import text_of

pytestmark = pytest.mark.browser
OLD, NEW = "ines@ancien.example", "ines@nouveau.example"
PASSWORDS = {OLD: "trois mots anciens", NEW: "trois mots nouveaux"}


def open_account(desk: Page, demo: Demo) -> None:
    """A new account whose first contact gets LOGIN, and the invitation as soon as the page asks."""
    desk.goto(f"{demo.url}/accounts/new/")
    desk.get_by_label("Account name").fill("Reliure Inès Aubert")
    desk.get_by_label("First name").fill("Inès")
    desk.get_by_label("Last name").fill("Aubert")
    desk.get_by_label("E-mail").fill(OLD)
    desk.get_by_role("button", name="Create account").click()
    expect(desk.get_by_role("heading", name=f"Send the invitation to {OLD}?")).to_be_visible()
    assert_accessible_at_both_widths(desk)
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.get_by_text("invited on")).to_be_visible()


def accept(client: Page, demo: Demo, desk: Page, email: str) -> None:
    back = desk.url
    link = re.search(r"https?://\S+/invitation/\S+", text_of(demo.wait_for_mail(desk, email, 1)))
    desk.goto(back)
    assert link is not None
    client.goto(link.group())
    for field in ("password1", "password2"):
        client.locator(f"[name={field}]").fill(PASSWORDS[email])
    client.locator("form", has=client.locator("[name=password1]")).get_by_role("button").last.click()
    client.wait_for_url(re.compile("/portal/"))


def sign_in(chromium: Browser, demo: Demo, email: str) -> Page:
    """A browser that has tried to sign in to the portal."""
    page = new_page(chromium, width=390, locale="fr-FR")
    page.goto(demo.url + demo.client[0]["page"])
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORDS[email])
    page.locator("[name=password]").press("Enter")
    return page


@pytest.mark.rule("C10", "C12", "C13", "C38", "C39", "C40", "C41", "C42")
def test_an_address_is_changed_and_nobody_is_locked_out(demo: Demo, chromium: Browser) -> None:
    desk = new_page(chromium, width=1440, locale="en-GB")
    demo.sign_in(desk, demo.staff[0])
    expect(desk.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    open_account(desk, demo)
    client = new_page(chromium, width=390, locale="fr-FR")
    accept(client, demo, desk, OLD)
    replace(desk)
    invite_from_a_phone(desk)
    other = new_page(chromium, width=390, locale="fr-FR")
    client.reload()
    expect(client).to_have_url(re.compile("/portal/"))
    accept(other, demo, desk, NEW)
    finish(desk)
    warn_before_the_last_login_goes(desk)
    client.goto(f"{demo.url}/portal/")
    expect(client.locator("[name=password]")).to_be_visible()
    assert_signs_in(sign_in(chromium, demo, NEW))
    assert_refused(sign_in(chromium, demo, OLD))


def replace(desk: Page) -> None:
    desk.reload()
    expect(desk.get_by_text("Active", exact=True)).to_be_visible()
    desk.get_by_role("button", name=f"More for {OLD}").click()
    desk.get_by_role("link", name="Change this e-mail address…").click()
    assert_accessible_at_both_widths(desk)
    desk.get_by_label("New e-mail address").fill(NEW)
    desk.get_by_role("button", name="Replace the address").click()
    expect(desk.get_by_text("Step 2, now")).to_be_attached()
    assert_accessible_at_both_widths(desk)


def invite_from_a_phone(desk: Page) -> None:
    """By the way that leads back: the Unlinked section."""
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.get_by_role("link", name="Back to Reliure Inès Aubert").click()
    expect(desk.get_by_role("heading", name="Unlinked e-mails")).to_be_visible()
    assert_accessible_at_both_widths(desk)
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.get_by_role("link", name=f"Next step {OLD}").click()
    desk.get_by_role("button", name="Switch LOGIN on and send the invitation").click()
    expect(desk.get_by_role("button", name="Resend the invitation")).to_be_visible()


def finish(desk: Page) -> None:
    desk.set_viewport_size({"width": 1440, "height": 900})
    desk.reload()
    expect(desk.get_by_text("Step 3, now")).to_be_attached()
    assert_accessible_at_both_widths(desk)
    desk.get_by_role("button", name="Remove the old address", exact=True).click()
    expect(desk.get_by_text("The change is done.")).to_be_visible()
    expect(desk.get_by_role("heading", name="Unlinked e-mails")).to_have_count(0)


def warn_before_the_last_login_goes(desk: Page) -> None:
    """By the keyboard, and again after it was declined; each time the switch is back and has the focus."""
    login = desk.get_by_role("switch", name=f"Login for {NEW}")
    for _time in range(2):
        login.focus()
        desk.keyboard.press("Space")
        warning = desk.get_by_role("dialog", name=f"Switch LOGIN off for {NEW}?")
        expect(warning).to_contain_text("This is the only active login of Reliure Inès Aubert")
        desk.keyboard.press("Escape")
        expect(warning).to_have_count(0)
        expect(login).to_be_checked()
        expect(login).to_be_focused()


def assert_signs_in(page: Page) -> None:
    expect(page).to_have_url(re.compile("/portal/"))


def assert_refused(page: Page) -> None:
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).not_to_have_url(re.compile("/portal/"))
