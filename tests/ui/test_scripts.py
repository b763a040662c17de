"""The small scripts in a real browser, under the product's own security policy. Pages are handed to it without a server."""

import json
from collections.abc import Callable, Iterator, Mapping
from mimetypes import guess_type
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.utils.csp import build_policy
from playwright.sync_api import Browser, Dialog, Page, Route, expect, sync_playwright

from ops.chromium import find_chromium
from tests.browser.axe import assert_accessible
from tests.ui.pages import MEMBER, NAV, SignedIn, lumiere, render
from tests.ui.test_forms import FirmForm
from ui.filters import Filter, filter_bar
from ui.shell import AccountChoice, BulkAction, Visitor

pytestmark = pytest.mark.browser

HOST = "http://ui.test"
STATIC = str(settings.STATIC_URL)
DESK = (
    '{% extends "ui/desk.html" %}{% load ui %}{% block title %}Page{% endblock %}{% block heading %}Page{% endblock %}{% block content %}'
)
PORTAL = '{% extends "ui/portal.html" %}{% load ui %}{% block title %}Page{% endblock %}{% block content %}<h1>To do</h1>{% endblock %}'
ROWS = """
<form method="post" data-select-rows><table><thead><tr><th><input type="checkbox" data-all-rows aria-label="All"></th></tr></thead><tbody>
{% for n in "123" %}<tr><td><input type="checkbox" name="row" value="{{ n }}" data-row aria-label="Row {{ n }}"></td></tr>{% endfor %}
</tbody></table>{% include "ui/bulkbar.html" with label="Rows" actions=actions only %}</form>{% endblock %}"""
ACCOUNTS = [AccountChoice("Bakery", "/switch/a/", current=True), AccountChoice("Family", "/switch/b/")]

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def show(page: Page) -> Show:
    """Opens a page made of a template; `answers` are what other addresses answer."""

    def show(source: str, answers: dict[str, str] | None = None, **context: Any) -> Page:
        values: dict[str, Any] = {"nav": NAV, "member": MEMBER, "user": SignedIn(), "csp_nonce": "n0nce", **context}
        documents = {"/": render(source, **values), **(answers or {})}
        page.route(f"{HOST}/**", lambda route: answer(route, documents))
        page.goto(HOST)
        return page

    return show


def answer(route: Route, documents: Mapping[str, str]) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith(STATIC):
        file = Path(str(finders.find(path.removeprefix(STATIC))))
        route.fulfill(body=file.read_bytes(), content_type=guess_type(file.name)[0])
    else:
        policy = build_policy(cast("dict[str, list[str]]", settings.SECURE_CSP), "n0nce")
        route.fulfill(body=documents.get(path, "sent"), content_type="text/html", headers={"Content-Security-Policy": policy})


def accept_dialogs(page: Page) -> list[str]:
    """What the browser itself has asked, by kind; it grows as the page goes on."""
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return asked


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("source", [DESK + "{{ form }}{% endblock %}", PORTAL], ids=["desk", "portal"])
def test_shells_are_accessible_and_keep_the_policy(show: Show, source: str, width: int) -> None:
    page = show(source, form=FirmForm({"reply": "x"}), brand=lumiere("#ffe14d"), visitor=Visitor("Nadia", "Bakery"), accounts=ACCOUNTS)
    page.set_viewport_size({"width": width, "height": 844})
    assert_accessible(page)


def test_error_summary_takes_the_keyboard(show: Show) -> None:
    page = show(DESK + "{{ form }}{% endblock %}", form=FirmForm({"reply": "x"}))
    expect(page.locator("#errors")).to_be_focused()


def test_guard_says_that_nothing_is_saved_yet(show: Show) -> None:
    page = show(
        DESK + '<form data-guard><input name="a" value="1" aria-label="Nickname">{% include "ui/savebar.html" %}</form>{% endblock %}'
    )
    status = page.locator("[data-guard-status]")
    page.get_by_label("Nickname").fill("2")
    expect(status).to_have_text("Not saved yet")
    page.get_by_label("Nickname").fill("1")
    expect(status).to_have_text("")
    page.get_by_label("Nickname").fill("2")
    page.get_by_role("button", name="Discard").click()
    expect(status).to_have_text("")


def test_guard_asks_before_a_changed_page_is_left(show: Show) -> None:
    page = show(DESK + '<form data-guard><input name="a" aria-label="Nickname"></form><a href="/away/">Away</a>{% endblock %}')
    asked = accept_dialogs(page)
    page.get_by_label("Nickname").press_sequentially("2")
    page.get_by_role("link", name="Away").click()
    page.wait_for_url(f"{HOST}/away/")
    assert asked == ["beforeunload"]


def test_guard_lets_a_sent_form_go(show: Show) -> None:
    page = show(DESK + '<form action="/save/" data-guard><input name="a" aria-label="Nickname"><button>Save</button></form>{% endblock %}')
    asked = accept_dialogs(page)
    page.get_by_label("Nickname").press_sequentially("2")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{HOST}/save/?a=2")
    assert asked == []


def test_guard_takes_nothing_sent_into_a_frame_for_saved_and_passes_over_what_only_looks(show: Show) -> None:
    fields = '<input name="a" aria-label="Nickname"><input name="preview_a" aria-label="Preview"><button formtarget="frame">Show</button>'
    form = f'<form action="/show/" data-guard data-guard-but="preview_">{fields}</form>'
    page = show(DESK + form + '<iframe name="frame" title="Frame"></iframe><a href="/away/">Away</a>{% endblock %}')
    page.route("**/show/**", lambda route: route.fulfill(status=204))
    asked = accept_dialogs(page)
    page.get_by_label("Preview").press_sequentially("2")
    page.get_by_role("link", name="Away").click()
    page.wait_for_url(f"{HOST}/away/")
    assert asked == []
    page.go_back()
    page.get_by_label("Nickname").press_sequentially("2")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Away").click()
    page.wait_for_url(f"{HOST}/away/")
    assert asked == ["beforeunload"]


def test_bulk_bar_appears_with_the_first_row_and_counts(show: Show) -> None:
    page = show(DESK + ROWS, actions=[BulkAction("pause", "player-pause", "Pause")])
    bar = page.get_by_role("region", name="Rows")
    expect(bar).to_be_hidden()
    page.get_by_label("Row 1").check()
    expect(bar).to_contain_text("1 selected")
    page.get_by_label("All").check()
    expect(bar).to_contain_text("3 selected")
    page.get_by_label("Row 2").uncheck()
    expect(bar).to_contain_text("2 selected")
    assert page.get_by_label("All").evaluate("each => each.indeterminate") is True
    page.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()
    expect(page.get_by_label("All")).to_be_focused()


def test_file_that_is_too_big_is_refused_at_once(show: Show, tmp_path: Path) -> None:
    small, big = tmp_path / "small.pdf", tmp_path / "big.pdf"
    small.write_bytes(b"x" * 512 * 1024)
    big.write_bytes(b"x" * 2 * 1024 * 1024)
    page = show(DESK + "<form>{% dropzone form.document max_mb=1 %}</form>{% endblock %}", form=FirmForm())
    field = page.get_by_label("Document")
    field.set_input_files(big)
    expect(page.locator("[data-drop-error]")).to_have_text("“big.pdf” is 2 MB; the most is 1 MB. Choose a smaller file.")
    assert field.input_value() == ""
    field.set_input_files(small)
    expect(page.locator("[data-drop-error]")).to_have_text("")
    expect(page.locator("[data-drop-name]")).to_have_text("small.pdf, 0.5 MB")
    tiny = tmp_path / "tiny.pdf"
    tiny.write_bytes(b"x" * 2048)
    field.set_input_files(tiny)
    expect(page.locator("[data-drop-name]")).to_have_text("tiny.pdf, 2 KB")


def test_file_field_is_a_button_that_takes_the_keyboard_and_names_what_is_chosen(show: Show, tmp_path: Path) -> None:
    files = [tmp_path / "bank statement.pdf", tmp_path / "invoice.pdf"]
    for file in files:
        file.write_bytes(b"x")
    form = '<form>{% include "ui/file_choice.html" with id="papers" name="papers" several=True only %}</form>'
    page = show(PORTAL.replace("<h1>To do</h1>", f"<h1>To do</h1>{form}"), brand=lumiere())
    button = page.locator("label[for=papers]")
    expect(button).to_have_text("Choose files", use_inner_text=True)
    page.locator("#papers").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#papers")).to_be_focused()
    expect(button).to_have_css("outline-style", "solid")
    page.locator("#papers").set_input_files(files)
    expect(page.locator("[data-file-names]")).to_have_text("bank statement.pdf\ninvoice.pdf", use_inner_text=True)
    assert_accessible(page)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(button).to_have_text("Take a photo or choose files", use_inner_text=True)


def test_without_scripts_the_browsers_own_file_field_is_there(browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    documents = {"/": render(DESK + "{% dropzone form.document max_mb=1 %}{% endblock %}", nav=NAV, member=MEMBER, form=FirmForm())}
    page.route(f"{HOST}/**", lambda route: answer(route, documents))
    page.goto(HOST)
    field = page.locator("#id_document").bounding_box()
    assert field is not None and field["width"] > 100
    expect(page.locator(".file-choice > .btn")).to_be_hidden()


def test_words_beside_the_main_ones_can_be_read_in_a_ticked_row(show: Show) -> None:
    row = """<form data-select-rows><table class="table"><tbody><tr><td><input type="checkbox" data-row aria-label="Row"></td>
    <td class="text-secondary">Wed 4 Nov</td></tr></tbody></table></form>{% endblock %}"""
    page = show(DESK + row)
    page.get_by_label("Row").check()
    assert_accessible(page)


def test_dropped_file_lands_in_the_field(show: Show) -> None:
    page = show(DESK + "<form>{% dropzone form.document max_mb=1 %}</form>{% endblock %}", form=FirmForm())
    page.locator("[data-dropzone]").evaluate(
        """zone => { const files = new DataTransfer(); files.items.add(new File(["abc"], "list.csv"));
        zone.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })); }"""
    )
    expect(page.locator("[data-drop-name]")).to_contain_text("list.csv")
    assert page.get_by_label("Document").evaluate("field => field.files.length") == 1


def test_what_cannot_be_undone_is_asked_first(show: Show) -> None:
    page = show(
        DESK
        + '<form action="/gone/" data-confirm="Nobody is reminded again." data-confirm-title="Withdraw it?" data-confirm-button="Withdraw">'
        '<button name="why" value="1">Withdraw…</button></form>{% endblock %}'
    )
    dialog = page.get_by_role("dialog", name="Withdraw it?")
    page.get_by_role("button", name="Withdraw…").click()
    expect(dialog).to_contain_text("Nobody is reminded again.")
    assert_accessible(page)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert urlsplit(page.url).path == "/"
    page.get_by_role("button", name="Withdraw…").click()
    dialog.get_by_role("button", name="Withdraw", exact=True).click()
    page.wait_for_url(f"{HOST}/gone/?why=1")


def test_address_that_ends_in_a_dialog_opens_it_once(show: Show) -> None:
    page = show(DESK + '{% dialog "resend" "Resend" %}Text{% enddialog %}{% endblock %}')
    expect(page.get_by_role("dialog", name="Resend")).to_be_hidden()
    page.goto(f"{HOST}/?page=2#resend")
    expect(page.get_by_role("dialog", name="Resend")).to_be_visible()
    assert page.url == f"{HOST}/?page=2"


def test_htmx_asks_in_the_same_dialog_and_sends_the_token(show: Show) -> None:
    answers = {"/part/": '<p id="part"><input class="is-invalid" aria-label="Wrong"></p>'}
    page = show(
        DESK
        + '<p id="part"><button hx-post="/part/" hx-target="#part" hx-swap="outerHTML" hx-confirm="Really?">Go</button></p>{% endblock %}',
        answers,
    )
    page.get_by_role("button", name="Go", exact=True).click()
    with page.expect_request(f"{HOST}/part/") as sent:
        page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    assert sent.value.header_value("X-CSRFToken") == "token-of-the-page"
    expect(page.get_by_label("Wrong")).to_be_focused()


def test_toasts_are_put_in_after_the_page_so_that_they_are_spoken(show: Show) -> None:
    page = show(DESK + "{% endblock %}", messages=[Message(SUCCESS, "First."), Message(SUCCESS, "Second.", "undo:/undo/")])
    expect(page.locator(".toast")).to_have_count(2)
    assert page.locator("[data-toast-text]").all_inner_texts() == ["First.", "Second."]
    page.locator(".toast").first.get_by_role("button", name="Close").click()
    expect(page.get_by_text("First.")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"{HOST}/undo/")


def test_toast_goes_by_itself_later_where_it_offers_something(show: Show) -> None:
    page = show(DESK + "{% endblock %}", messages=[Message(SUCCESS, "First."), Message(SUCCESS, "Second.", "undo:/undo/")])
    page.clock.install()
    page.reload()
    page.clock.run_for(100)
    expect(page.locator(".toast")).to_have_count(2)
    page.clock.run_for(9_000)
    assert page.locator("[data-toast-text]").all_inner_texts() == ["Second."]
    page.get_by_role("button", name="Undo").focus()
    page.clock.run_for(60_000)
    expect(page.locator(".toast")).to_have_count(1)
    page.get_by_role("button", name="Undo").blur()
    page.clock.run_for(31_000)
    expect(page.locator(".toast")).to_have_count(0)


def test_newer_toast_about_a_switch_takes_the_place_of_the_older(show: Show) -> None:
    switch = "undo:/a/switch/?switch=notify&to="
    said = [Message(SUCCESS, "On.", f"{switch}off"), Message(SUCCESS, "Other.", "undo:/b/switch/?switch=notify&to=off")]
    page = show(DESK + "{% endblock %}", messages=[*said, Message(SUCCESS, "Off.", f"{switch}on")])
    expect(page.locator("[data-toast-text]")).to_have_text(["Other.", "Off."])


MENU = """<div class="dropdown" id="menu-a"><button type="button" data-bs-toggle="dropdown" aria-expanded="false">More</button>
<div class="dropdown-menu"><a class="dropdown-item" href="#" data-bs-toggle="modal" data-bs-target="#ask">Preferences</a>
<form action="/gone/" data-confirm="Gone."><button class="dropdown-item">Remove</button></form></div></div>
{% dialog "ask" "Ask" %}Text{% enddialog %}{% endblock %}"""


@pytest.mark.parametrize("item", ["Preferences", "Remove"])
def test_keyboard_goes_back_to_the_button_of_the_menu(show: Show, item: str) -> None:
    page = show(DESK + MENU)
    more = page.get_by_role("button", name="More")
    more.press("Enter")
    (page.get_by_role("link", name=item) if item == "Preferences" else page.get_by_role("button", name=item)).press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(more).to_be_focused()


def test_keyboard_is_back_on_the_switch_after_undo(show: Show) -> None:
    source = DESK + '<input type="checkbox" id="notify-a" aria-label="Notify">{% endblock %}'
    page = show(source, messages=[Message(SUCCESS, "On.", "undo:/?undone")])
    page.get_by_label("Notify").focus()
    page.get_by_role("button", name="Undo").press("Enter")
    page.wait_for_url(f"{HOST}/?**")
    expect(page.get_by_label("Notify")).to_be_focused()


def test_filters_left_alone_do_not_reach_the_address(show: Show) -> None:
    bar = filter_bar(
        QueryDict("view=mine"), [Filter("tag", "Tag", [("vat", "VAT")]), Filter("by", "By", [("cm", "CM")])], search_label="Search"
    )
    page = show(DESK + '{% include "ui/filterbar.html" with bar=bar only %}{% endblock %}', bar=bar)
    page.get_by_role("button", name="Add filter").click()
    page.get_by_label("Tag").select_option("vat")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"{HOST}/?view=mine&tag=vat")


def test_account_notice_stays_hidden_until_the_next_sign_in(show: Show) -> None:
    page = show(PORTAL, brand=lumiere(), visitor=Visitor("Nadia", "Bakery"), accounts=ACCOUNTS)
    notice = page.locator("[data-notice]")
    page.get_by_role("button", name="Hide until you next sign in").click()
    expect(notice).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="To do")).to_be_visible()
    expect(notice).to_have_count(0)
    page.evaluate("key => localStorage.setItem(key, 'an earlier sign-in')", "notice:account")
    page.reload()
    expect(notice).to_be_visible()


def test_settings_of_htmx_can_be_read(show: Show) -> None:
    page = show(DESK + "{% endblock %}")
    wanted = json.loads(str(page.locator('meta[name="htmx-config"]').get_attribute("content")))
    assert page.evaluate("names => Object.fromEntries(names.map(name => [name, htmx.config[name]]))", list(wanted)) == wanted
