"""Two steps and passkeys in a real browser, with Chromium's own virtual device; every page of it at both widths."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible_at_both_widths
from tests.browser.demo import Demo
from tests.second_steps import code_now

pytestmark = pytest.mark.browser
MINE = "/account/security/"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A browser with a device that keeps passkeys, in English; ends in a failure when the page's scripts complained."""
    complaints: list[str] = []
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        context.add_cookies([{"name": "django_language", "value": "en", "url": demo.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        plugged = context.new_cdp_session(page)
        plugged.send("WebAuthn.enable")
        plugged.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page
    assert complaints == []


def person(demo: Demo, begin: str) -> dict[str, str]:
    """Somebody whom no other browser test signs in as."""
    return next(each for each in [*demo.staff, *demo.client] if each["email"].startswith(begin))


def sign_out(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/sign-out/")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Sign out").click()


def confirm(page: Page, who: dict[str, str]) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_label("Password", exact=True).fill(who["password"])
    page.get_by_role("button", name="Go on").click()


def act(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()


def add_app(page: Page, who: dict[str, str]) -> str:
    act(page, "App with codes: Set up")
    confirm(page, who)
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    assert_accessible_at_both_widths(page)
    secret = page.locator("[data-app-key]").inner_text().replace(" ", "")
    page.get_by_label("Code from your app").fill(code_now(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    assert_accessible_at_both_widths(page)
    act(page, "I have kept them")
    return secret


def add_passkey(page: Page, demo: Demo) -> None:
    page.goto(demo.url + MINE + "passkeys/add/")
    assert_accessible_at_both_widths(page)
    page.get_by_label("Its name").fill("Office laptop")
    page.get_by_role("button", name="Add the passkey").click()


def remove_passkey(page: Page, demo: Demo) -> None:
    page.goto(demo.url + MINE + "passkeys/")
    assert_accessible_at_both_widths(page)
    act(page, "Remove…")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    assert_accessible_at_both_widths(page)


def test_a_member_of_staff_signs_in_with_two_steps_and_then_with_a_passkey(demo: Demo, page: Page) -> None:
    marc = person(demo, "marc.delvaux@")
    demo.sign_in(page, marc)
    page.goto(demo.url + MINE)
    assert_accessible_at_both_widths(page)
    secret = add_app(page, marc)
    sign_out(page, demo)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was used")).to_be_visible()
    assert_accessible_at_both_widths(page)
    demo.sign_in(page, marc)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_label("Code from your app").fill(code_now(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/")
    page.goto(demo.url + MINE + "passkeys/")
    assert_accessible_at_both_widths(page)
    act(page, "Add a passkey")
    confirm(page, marc)
    add_passkey(page, demo)
    expect(page.get_by_text("1 passkey")).to_be_visible()
    assert_accessible_at_both_widths(page)
    act(page, "Passkeys: Manage")
    act(page, "Rename")
    page.get_by_label("Its name").fill("Portable")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("Portable")).to_be_visible()
    sign_out(page, demo)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{demo.url}/")
    sign_out(page, demo)
    demo.sign_in(page, marc)
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{demo.url}/")
    page.goto(demo.url + MINE + "confirm/code/")
    assert_accessible_at_both_widths(page)
    page.goto(demo.url + MINE + "confirm/passkey/")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="My sign-in")).to_be_visible()
    page.goto(demo.url + MINE + "recovery-codes/new/")
    assert_accessible_at_both_widths(page)
    remove_passkey(page, demo)
    page.goto(demo.url + MINE + "app/remove/")
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Remove the app").click()
    expect(page.get_by_role("link", name="App with codes: Set up")).to_be_visible()


def test_a_client_signs_in_with_a_passkey_at_the_firm_s_own_page(demo: Demo, page: Page) -> None:
    paul = person(demo, "paul@boulangerie")
    demo.sign_in(page, paul)
    page.goto(demo.url + MINE + "passkeys/add/")
    confirm(page, paul)
    add_passkey(page, demo)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.goto(demo.url + MINE)
    assert_accessible_at_both_widths(page)
    assert "Relance" not in page.locator("body").inner_text()
    sign_out(page, demo)
    expect(page).to_have_url(re.compile(f"{demo.url}/c/[0-9A-Z]+/"))
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{demo.url}/portal/")
    page.goto(demo.url + MINE + "passkeys/")
    act(page, "Remove…")
    confirm(page, paul)
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()


def test_the_page_where_it_is_demanded_is_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, person(demo, "wim@"))
    page.goto(f"{demo.url}/settings/security/")
    expect(page.get_by_role("heading", name="Second step at sign-in")).to_be_visible()
    assert_accessible_at_both_widths(page)
    page.get_by_role("switch").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You have no second step yourself. Add one under")).to_be_visible()
    assert_accessible_at_both_widths(page)
