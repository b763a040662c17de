"""A client with two accounts, in a real browser: asked after signing in, told where they are, and led back to the choice."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
BAKERY, OTHER = "Boulangerie Lefèvre SRL", "SCI des Tilleuls"


def open_menu(page: Page, width: int) -> None:
    """On a phone the sidebar is behind a button."""
    if width < 992:
        page.get_by_role("button", name="Menu").click()
        expect(page.locator(".navbar-collapse.show")).to_be_visible()  # until it is, what it holds may not take a click


@pytest.mark.rule("C43", "C44", "C45", "C46")
@pytest.mark.parametrize("width", [1440, 390])
def test_account_is_chosen_at_sign_in_shown_and_changed(demo: Demo, chromium: Browser, width: int) -> None:
    who = next(login for login in demo.client if login["email"].startswith("nadia@"))
    with chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB") as context:
        context.add_cookies([{"name": "django_language", "value": "en", "url": demo.url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        pop_up, notice = page.get_by_role("dialog"), page.locator("[data-notice]")

        demo.sign_in(page, who)
        expect(pop_up).to_be_visible()
        expect(pop_up.get_by_role("button", name=BAKERY)).to_be_focused()
        assert_accessible(page)
        page.keyboard.press("Escape")  # stays where one is, and is not asked again
        expect(pop_up).to_be_hidden()
        expect(notice).to_contain_text(BAKERY)
        page.goto(f"{demo.url}/portal/done/")
        expect(notice).to_be_visible()
        expect(pop_up).to_be_hidden()

        notice.get_by_role("link", name="Switch account").click()
        pop_up.get_by_role("button", name=OTHER).click()
        expect(notice).to_contain_text(OTHER)
        expect(pop_up).to_be_hidden()
        notice.get_by_role("button", name="Hide until you next sign in").click()
        expect(notice).to_have_count(0)
        page.goto(f"{demo.url}/portal/done/")
        expect(page.get_by_role("heading", name="Done")).to_be_visible()
        expect(notice).to_have_count(0)

        open_menu(page, width)
        page.get_by_role("banner").get_by_role("link", name="Switch account").click()
        expect(pop_up).to_be_visible()
        page.keyboard.press("Escape")
        expect(pop_up).to_be_hidden()

        page.goto(f"{demo.url}/portal/")
        open_menu(page, width)
        page.get_by_role("banner").get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("E-mail")).to_be_visible()  # only then has the session ended
        demo.sign_in(page, who)
        expect(pop_up).to_be_visible()
        pop_up.get_by_role("button", name=OTHER).click()
        expect(notice).to_contain_text(OTHER)
