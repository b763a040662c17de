"""Every kind of page at both widths: axe-core finds nothing, nothing scrolls sideways, nothing is missing, nothing complains."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible_at_both_widths
from tests.browser.demo import Demo, link_in

pytestmark = pytest.mark.browser
CODE = re.compile(r"[0-9A-Z]{12}")
DESK = [
    "/", "/accounts/", "/accounts/new/", "/accounts/import/", "/requests/", "/requests/?view=all", "/activity/", "/needs-a-person/",
    "/search/?q=lef", "/search/?q=nothing-like-it", "/requests/new/", "/requests/new/signature/", "/requests/new/several/", "/approvals/",
    "/messages/", "/documents/", "/outbox/", "/contacts/", "/contacts/silent/", "/settings/request-templates/", "/password/change/",
    "/settings/firm/", "/settings/place/", "/settings/sending/", "/settings/sending/?days=30", "/settings/way/",
    "/settings/way/edit/?through=smtp", "/settings/team/", "/settings/team/invite/",
]  # fmt: skip


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser of its own; ends in a failure when the page's scripts complained or something on it was missing."""
    complaints: list[str] = []
    with chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
        yield page
    assert complaints == []


def look_at(page: Page, url: str) -> None:
    page.goto(url)
    assert_accessible_at_both_widths(page)


def test_desk_pages_are_accessible(demo: Demo, page: Page) -> None:
    look_at(page, f"{demo.url}/sign-in/")
    demo.sign_in(page, demo.staff[0])
    for path in DESK:
        look_at(page, demo.url + path)
        for row in page.locator("[data-row]").all()[:1]:  # what stands in a ticked row must be read as well
            row.check()
            assert_accessible_at_both_widths(page)


def test_holding_and_releasing_all_e_mails_is_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.staff[0])
    look_at(page, f"{demo.url}/outbox/hold/")
    page.get_by_label("Reason").fill("The mail server moves")
    page.get_by_role("button", name="Hold all e-mails").click()
    expect(page.get_by_role("heading", name="All e-mails to clients are held")).to_be_visible()
    assert_accessible_at_both_widths(page)
    look_at(page, f"{demo.url}/")
    page.get_by_role("link", name="Release…").click()
    assert_accessible_at_both_widths(page)
    page.get_by_role("button", name="Release the e-mails").click()
    expect(page.get_by_role("heading", name="All e-mails to clients are held")).to_be_hidden()


@pytest.mark.parametrize("path", ["/outbox/?view=all", "/outbox/?view=sent", "/outbox/?view=cancelled"])
def test_on_a_phone_the_chosen_tab_is_in_sight(demo: Demo, page: Page, path: str) -> None:
    demo.sign_in(page, demo.staff[0])
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(demo.url + path)
    expect(page.locator(".scroll-x [aria-current]")).to_be_in_viewport(ratio=0.95)  # a fraction of a pixel may be cut
    assert page.evaluate("window.scrollY") == 0


def test_an_e_mail_with_its_headers_and_plain_text_open_is_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.staff[0])
    page.goto(f"{demo.url}/outbox/?view=sent&event=signature_reminder")
    page.locator("main tbody a").first.click()
    for summary in ("As plain text", "Headers"):
        page.get_by_text(summary, exact=True).click()
    expect(page.get_by_text("List-Unsubscribe-Post", exact=True)).to_be_visible()
    assert_accessible_at_both_widths(page)


def test_an_account_and_its_forms_are_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.staff[0])
    page.goto(f"{demo.url}/accounts/?q=boulangerie lef")
    page.get_by_role("link", name="Boulangerie Lefèvre SRL").click()
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    for path in inner_paths(page, "/accounts/"):
        look_at(page, demo.url + path)


def test_an_address_that_receives_nothing_and_one_that_does_are_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.staff[0])
    page.goto(f"{demo.url}/contacts/silent/")
    look_at(page, demo.url + str(page.locator("tbody a[href*='/addresses/']").first.get_attribute("href")))
    page.goto(f"{demo.url}/contacts/?q=nadia")
    page.locator("tbody a").first.click()
    assert_accessible_at_both_widths(page)
    look_at(page, demo.url + str(page.locator("a[href*='/addresses/']").first.get_attribute("href")))


def test_a_request_and_its_dialogs_are_accessible(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.staff[0])
    page.goto(f"{demo.url}/requests/?q=boulangerie lef")
    page.get_by_role("link", name="Lettre de mission 2027").first.click()
    assert_accessible_at_both_widths(page)
    for name in ("Resend…", "Withdraw…"):
        page.get_by_role("button", name="More for this request").click()
        page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_accessible_at_both_widths(page)
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_client_pages_are_accessible_and_name_no_product(demo: Demo, page: Page) -> None:
    demo.sign_in(page, demo.client[1])
    expect(page).to_have_url(f"{demo.url}/portal/")
    own = ["/portal/done/", "/portal/documents/", "/portal/messages/", "/portal/preferences/", "/portal/profile/", "/portal/accounts/"]
    for path in ["/portal/", *inner_paths(page, "/a/"), *own]:
        look_at(page, demo.url + path)
        assert "Relance" not in page.locator("body").inner_text()


def test_the_page_behind_an_e_mailed_link_and_a_dead_one_are_accessible(demo: Demo, chromium: Browser, page: Page) -> None:
    address = demo.client[1]["email"]
    look_at(page, link_in(next(m for m in demo.mails_to(address) if "/l/" in str(m))))
    expect(page).to_have_url(re.compile("/a/"))


def test_demo_pages_are_accessible(demo: Demo, page: Page) -> None:
    look_at(page, f"{demo.url}/demo/")
    page.locator("#letters a").first.click()
    assert_accessible_at_both_widths(page)


def inner_paths(page: Page, begin: str) -> list[str]:
    """One of each kind of address in the page's main part that begins so."""
    found: dict[str, str] = {}
    for link in page.locator(f"main a[href^='{begin}']").all():
        path = (link.get_attribute("href") or "").partition("#")[0]
        found.setdefault(CODE.sub("*", path), path)
    return list(found.values())
