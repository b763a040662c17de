"""A client list goes in, a reminder comes out: the whole story on the running product, as a newcomer would live it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo, code_in, link_in
from tests.signing import make_pdf

pytestmark = pytest.mark.browser
CLIENT_LIST = Path(__file__).resolve().parents[1] / "clients" / "importing" / "clients.csv"
GAELLE = "gaelle.garcon@client.example"


def new_page(chromium: Browser, *, width: int, locale: str) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}, locale=locale).new_page()
    page.set_default_timeout(20_000)
    return page


def import_clients(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/accounts/import/")
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(CLIENT_LIST)
    page.get_by_role("button", name="Upload").click()
    assert_accessible(page)
    page.get_by_role("button", name="Check the list").click()
    confirm = page.get_by_role("button", name=re.compile("Import 174 rows"))
    expect(confirm).to_be_visible(timeout=30_000)
    assert_accessible(page)
    confirm.click()
    expect(page.get_by_text("The import is done: 177 rows")).to_be_visible(timeout=60_000)
    assert_accessible(page)


def ask_gaelle(page: Page, demo: Demo, pdf: Path) -> None:
    page.goto(f"{demo.url}/accounts/?q=garcon gaelle")
    assert_accessible(page)
    page.get_by_role("link", name="Garçon Gaëlle").click()
    assert_accessible(page)
    page.get_by_role("button", name="New request").click()
    page.locator(".dropdown-menu.show").get_by_role("link", name="Signature").click()
    page.get_by_label("Document (PDF)").set_input_files(pdf)
    page.get_by_label("Gaëlle Garçon").check()
    page.locator("[name=on]").check()
    send = page.get_by_role("button", name="Send to 1 person")
    expect(send).to_be_enabled()
    assert_accessible(page)
    send.click()
    expect(page.get_by_role("heading", name="Lettre de mission 2027").first).to_be_visible()
    assert_accessible(page)


def move_clock(page: Page, demo: Demo, how_far: str) -> None:
    page.goto(f"{demo.url}/demo/")
    page.get_by_role("button", name=how_far).click()
    expect(page.get_by_text(re.compile("reminders? went out between"))).to_be_visible(timeout=60_000)
    assert_accessible(page)


def move_clock_until_mail(page: Page, demo: Demo, count: int) -> None:
    """Three days, and what hours, weekend and holidays put off: a week, around New Year two."""
    move_clock(page, demo, "1 week")
    if len(demo.mails_to(GAELLE)) < count:
        move_clock(page, demo, "1 week")


def open_link(page: Page, link: str) -> None:
    """A page that is opened and not touched has been opened by nobody yet, a mail scanner perhaps."""
    told = list[str]()
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/opened/") else None)
    page.goto(link)
    page.wait_for_load_state("networkidle")
    assert told == []
    with page.expect_response(lambda response: response.url.endswith("/opened/")) as answer:
        page.mouse.move(180, 240)
    assert answer.value.status == 204
    page.mouse.move(200, 260)
    assert len(told) == 1


def sign(page: Page, demo: Demo, link: str, desk: Page) -> None:
    open_link(page, link)
    assert_accessible(page)
    page.locator("[name=typed_name]").fill("Gaëlle Garçon")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("recevoir mon code")).click()
    expect(page.locator("[name=code]")).to_be_visible()
    assert_accessible(page)
    page.locator("[name=code]").fill(code_in(demo.wait_for_mail(desk, GAELLE, 3)))
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_text("Tout le monde a signé")).to_be_visible()
    assert_accessible(page)


@pytest.mark.rule("A02", "A03", "A11", "D14", "D24", "D28")
def test_a_client_list_goes_in_and_a_reminder_comes_out(demo: Demo, chromium: Browser, tmp_path: Path) -> None:
    pdf = tmp_path / "lettre-de-mission-2027.pdf"
    pdf.write_bytes(make_pdf())
    desk = new_page(chromium, width=1440, locale="en-GB")
    demo.sign_in(desk, demo.staff[0])
    expect(desk.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    assert_accessible(desk)
    import_clients(desk, demo)
    ask_gaelle(desk, demo, pdf)
    notice = demo.wait_for_mail(desk, GAELLE, 1)
    move_clock_until_mail(desk, demo, 2)
    reminder = demo.wait_for_mail(desk, GAELLE, 2)
    assert reminder["References"] == notice["Message-ID"]
    assert reminder["Subject"].startswith("Rappel 1 sur 1")
    client = new_page(chromium, width=390, locale="fr-FR")
    sign(client, demo, link_in(reminder), desk)
    move_clock(desk, demo, "1 week")
    assert len(demo.mails_to(GAELLE)) == 3
