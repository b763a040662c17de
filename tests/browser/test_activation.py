"""From the banner of an e-mail to the portal with a passkey, and back in with an e-mailed code; each page at both widths."""

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible_at_both_widths
from tests.browser.demo import Demo, code_in
from tests.browser.test_passkey import DEVICE
from tests.mail import text_of

pytestmark = pytest.mark.browser
JAMES = "james@riverside-consulting.example"


def page_in(message: EmailMessage, kind: str) -> str:
    found = re.search(rf"https?://\S+/{kind}/\S+", text_of(message))
    assert found is not None
    return found.group()


def ask_for_the_link(demo: Demo, page: Page) -> str:
    """The banner's page has the address itself sent the link that activates."""
    before = demo.mails_to(JAMES)
    page.goto(page_in(before[-1], "activate"))
    expect(page.get_by_role("heading", name="Activate your access")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="The link is on its way")).to_be_visible()
    assert_accessible_at_both_widths(page)
    return page_in(demo.wait_for_mail(page, JAMES, len(before) + 1), "invitation")


def activate_with_passkey(page: Page, link: str) -> None:
    page.goto(link)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", name="Activate with a passkey")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Make the passkey and sign in").click()


def sign_in_with_code(demo: Demo, page: Page) -> None:
    sent = len(demo.mails_to(JAMES))
    page.get_by_role("link", name="Get a code by e-mail").click()
    assert_accessible_at_both_widths(page)
    page.get_by_label("E-mail").fill(JAMES)
    page.get_by_role("button", name="Send me a code").click()
    assert_accessible_at_both_widths(page)
    typing = page.url
    code = code_in(demo.wait_for_mail(page, JAMES, sent + 1))
    page.goto(typing)
    page.get_by_label("Six-digit code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_client_activates_from_the_banner_and_comes_back_with_a_code(demo: Demo, chromium: Browser) -> None:
    complaints: list[str] = []
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        plugged = context.new_cdp_session(page)
        plugged.send("WebAuthn.enable")
        plugged.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        activate_with_passkey(page, ask_for_the_link(demo, page))
        expect(page).to_have_url(f"{demo.url}/portal/")
        assert "Relance" not in page.locator("body").inner_text()
        page.goto(f"{demo.url}/sign-out/")
        page.get_by_role("button", name="Sign out").click()
        sign_in_with_code(demo, page)
        expect(page.get_by_role("heading", name="One more step")).to_be_visible()  # they have a passkey
        page.get_by_role("button", name="Use a passkey").click()
        expect(page).to_have_url(f"{demo.url}/portal/")
    assert complaints == []
