"""Two people in one conversation, in real browsers: each sees what the other writes, without reloading."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
BAKERY = "Boulangerie Lefèvre SRL"


def page_of(chromium: Browser, demo: Demo, width: int) -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
    context.add_cookies([{"name": "django_language", "value": "en", "url": demo.url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def write_to_the_bakery(desk: Page, demo: Demo) -> None:
    desk.goto(f"{demo.url}/accounts/?q=Boulangerie Lef")
    desk.get_by_role("link", name=BAKERY).first.click()
    desk.get_by_role("link", name=re.compile("^Messages")).last.click()
    desk.get_by_role("link", name="New message").first.click()
    desk.get_by_label("What is it about?").fill("Caisse enregistreuse")
    desk.get_by_role("textbox", name="Message to the client").fill("Souhaitez-vous la remplacer ?")
    desk.locator("[name=on]").check()
    assert_accessible(desk)
    desk.get_by_role("button", name=re.compile("^Send to")).click()
    expect(desk.get_by_role("heading", name="Caisse enregistreuse").first).to_be_visible()


def open_as_client(portal: Page, demo: Demo) -> None:
    demo.sign_in(portal, next(login for login in demo.client if login["email"].startswith("nadia@")))
    portal.get_by_role("dialog").get_by_role("button", name=BAKERY).click()
    portal.goto(f"{demo.url}/portal/messages/")
    assert_accessible(portal)
    portal.get_by_role("link", name=re.compile("Caisse enregistreuse")).click()


@pytest.mark.rule("D16", "D17", "D20")
def test_two_people_see_each_other_s_lines_without_reloading(demo: Demo, chromium: Browser) -> None:
    desk, portal = page_of(chromium, demo, 1440), page_of(chromium, demo, 390)
    demo.sign_in(desk, demo.staff[0])
    write_to_the_bakery(desk, demo)
    open_as_client(portal, demo)
    expect(portal.get_by_role("log")).to_contain_text("Souhaitez-vous la remplacer ?")
    assert_accessible(portal)
    for page in (desk, portal):
        page.evaluate("window.neverReloaded = true")

    portal.get_by_label("Your answer").fill("Oui, volontiers.")
    portal.get_by_label("Your answer").press("Control+Enter")
    expect(portal.get_by_role("log")).to_contain_text("Oui, volontiers.")
    expect(portal.get_by_label("Your answer")).to_have_value("")
    expect(desk.get_by_role("log")).to_contain_text("Oui, volontiers.")
    expect(desk.locator("#thread-state")).to_contain_text("Answered")
    expect(desk.locator("#reads")).to_contain_text("Read by Nadia")

    desk.get_by_label("Your message").fill("Merci, je prépare la commande.")
    desk.get_by_label("Your message").press("Control+Enter")
    expect(portal.get_by_role("log")).to_contain_text("Merci, je prépare la commande.")
    expect(desk.locator("#thread-state")).to_contain_text("Waiting for an answer")
    assert [page.evaluate("window.neverReloaded") for page in (desk, portal)] == [True, True]
    assert_accessible(desk)

    desk.get_by_label("Your message").fill("Pas encore envoyé")
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.reload()
    expect(desk.get_by_label("Your message")).to_have_value("Pas encore envoyé")
    for page in (desk, portal):
        page.context.close()
