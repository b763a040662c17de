"""Staff look at the portal as a client sees it: everything can be read, nothing done, and it ends with the right to look."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from actions.models import Action
from clients.models import AccountAddress
from firms.enums import ActorKind, Right, Verb
from firms.models import ActivityLine, Staff
from tenancy.context import firm_context
from tests.doors import DOORS, path_of
from tests.factories import START
from tests.people import Lumiere, Peeters
from tests.scene import Scene
from tests.signing import asked, follow_link, signed_in
from tests.strangers import rows_of

Firms = tuple[Lumiere, Peeters]
BAND = "You are looking at the portal of <strong>Boulangerie Lefèvre SRL</strong> as <strong>Nadia Lefèvre</strong>."
NO_CHANGE = "Nothing can be changed in a preview"
OVER = "The preview is over"


def start_path(lumiere: Lumiere) -> str:
    return f"/accounts/{lumiere.bakery.code}/addresses/{lumiere.nadia_address.code}/preview/"


def previewing(lumiere: Lumiere, who: Staff | None = None) -> Client:
    browser = signed_in(who or lumiere.claire)
    assert browser.post(start_path(lumiere))["Location"] == "/portal/"
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def lumiere(two_firms: Firms) -> Lumiere:
    with firm_context(two_firms[0].firm.pk):
        AccountAddress.objects.filter(address=two_firms[0].nadia_address).update(login=True)
    return two_firms[0]


@pytest.fixture
def action(lumiere: Lumiere) -> Action:
    return asked(lumiere)


def test_preview_shows_what_the_client_would_see_and_says_what_it_is(lumiere: Lumiere, action: Action) -> None:
    asked(lumiere, title="Bail", account=lumiere.tilleuls)
    page = previewing(lumiere).get("/portal/")
    assert [item.action.title for item in page.context["mine"]] == ["Lettre de mission 2027"]
    assert [BAND in text(page), "Claire Moreau · " in text(page), "Sign out" in text(page), "Switch account" in text(page)] == [
        True, False, False, False,
    ]  # fmt: skip


def test_page_speaks_the_client_s_language_and_the_band_that_of_whoever_looks(lumiere: Lumiere) -> None:
    browser = previewing(lumiere)  # Claire has chosen English in her browser; the firm writes to Nadia in French
    page = browser.get("/portal/")
    assert (page["Content-Language"], "Bonjour Nadia" in text(page), BAND in text(page)) == ("fr", True, True)
    browser.cookies.pop("django_language")
    assert BAND in text(browser.get("/portal/", headers={"Accept-Language": "en"}))


def test_each_start_is_a_line_in_the_account_s_activity(lumiere: Lumiere) -> None:
    previewing(lumiere)
    with firm_context(lumiere.firm.pk):
        found = ActivityLine.objects.filter(verb=Verb.PREVIEWED)
        line = found.values_list("actor_kind", "actor_name", "subject", "detail", "account_id").get()
    assert line == (ActorKind.STAFF, "Claire Moreau", "Nadia Lefèvre", "nadia@lefevre.example", lumiere.bakery.pk)


def test_every_page_and_document_of_the_account_can_be_read_under_the_band(lumiere: Lumiere, action: Action) -> None:
    browser = previewing(lumiere)
    for path in (
        "/portal/",
        "/portal/done/",
        "/portal/profile/",
        "/portal/preferences/",
        f"/a/{action.code}/",
        f"/a/{action.code}/decline/",
    ):
        page = browser.get(path)
        assert (path, page.status_code, BAND in text(page)) == (path, 200, True)
    assert browser.get(f"/a/{action.code}/document.pdf")["Content-Type"] == "application/pdf"
    assert browser.get(f"/a/{action.code}/").context["stage"] == "act"


@pytest.mark.parametrize("path", ["/portal/profile/", "/portal/preferences/", "item", "decline"])
def test_every_field_and_button_is_disabled(lumiere: Lumiere, action: Action, path: str) -> None:
    page = text(previewing(lumiere).get({"item": f"/a/{action.code}/", "decline": f"/a/{action.code}/decline/"}.get(path, path)))
    _, _, content = page.partition('<main id="main"')
    content = content.partition("</main>")[0]
    for form in content.split("<form")[1:]:
        before, fields = re.split(r"<fieldset[^>]* disabled>", form.partition("</form>")[0])
        after = fields.partition("</fieldset>")[2]
        assert re.findall(r"<(?:button|select|textarea|input)(?! type=.hidden.)", before + after) == []


def test_nothing_can_be_posted_and_nothing_changes(scene: Scene) -> None:
    """At every address of the clients' own, whatever is posted."""
    lumiere = scene.lumiere
    browser = previewing(lumiere)
    before = rows_of(scene)
    doors = [name for name, door in DOORS.items() if door.whose in ("client", "link")]
    answers = {
        name: browser.post(path_of(name, scene), {"typed_name": "N", "accepted": "on", "reason": "x", "code": "123456"}) for name in doors
    }
    assert {name: (answer.status_code, NO_CHANGE in text(answer)) for name, answer in answers.items()} == dict.fromkeys(doors, (403, True))
    assert rows_of(scene) == before


def test_looking_sends_nothing_and_counts_nothing(scene: Scene) -> None:
    browser = previewing(scene.lumiere)
    before = rows_of(scene)
    for name in [name for name, door in DOORS.items() if door.whose in ("client", "link")]:
        browser.get(path_of(name, scene))
    assert rows_of(scene) == before


def test_another_account_of_the_same_person_is_not_there(lumiere: Lumiere) -> None:
    bail = asked(lumiere, title="Bail", account=lumiere.tilleuls)
    browser = previewing(lumiere)
    page = browser.get(f"/a/{bail.code}/")
    assert (page.status_code, BAND in text(page)) == (404, True)
    assert "Tilleuls" not in text(browser.get("/portal/preferences/")) + text(browser.get("/portal/accounts/"))


def archive(lumiere: Lumiere) -> None:
    lumiere.bakery.archived_at = START
    lumiere.bakery.save()


def login_off(lumiere: Lumiere) -> None:
    AccountAddress.objects.filter(address=lumiere.nadia_address).update(login=False)


def right_lost(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(rights=[Right.SEE_ALL_ACCOUNTS])


def sight_lost(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(rights=[Right.MANAGE_ACCOUNTS])


def left(lumiere: Lumiere) -> None:
    Staff.objects.filter(pk=lumiere.emma.pk).update(left_at=START)


@pytest.mark.parametrize("end", [archive, login_off, right_lost, sight_lost, left])
def test_preview_ends_at_the_next_request(lumiere: Lumiere, action: Action, end: Callable[[Lumiere], None]) -> None:
    browser = previewing(lumiere, lumiere.emma)
    assert browser.get(f"/a/{action.code}/").status_code == 200
    with firm_context(lumiere.firm.pk):
        end(lumiere)
    page = browser.get(f"/a/{action.code}/")
    assert (page.status_code, OVER in text(page), "Lettre de mission" in text(page)) == (404, True, False)
    assert "preview" not in browser.session


def test_preview_that_was_forgotten_ends_by_itself(lumiere: Lumiere, clock: time_machine.Traveller) -> None:
    browser = previewing(lumiere)
    clock.shift(timedelta(minutes=59))
    assert browser.get("/portal/").status_code == 200
    clock.shift(timedelta(minutes=2))
    assert OVER in text(browser.get("/portal/"))


def test_whoever_would_find_no_portal_cannot_be_previewed(lumiere: Lumiere) -> None:
    with firm_context(lumiere.firm.pk):
        login_off(lumiere)
    browser = signed_in(lumiere.claire)
    assert browser.post(start_path(lumiere))["Location"] == f"/accounts/{lumiere.bakery.code}/"
    assert "nadia@lefevre.example finds no portal in this account: switch LOGIN on first." in text(browser.get("/"))
    assert browser.get("/portal/").status_code == 404


def test_band_leads_back_to_the_account(lumiere: Lumiere) -> None:
    browser = previewing(lumiere)
    assert browser.get("/").status_code == 200  # the desk is open meanwhile, in another tab
    assert browser.post("/preview/end/")["Location"] == f"/accounts/{lumiere.bakery.code}/"
    assert browser.get("/portal/").status_code == 404
    assert browser.post("/preview/end/")["Location"] == "/"


def test_preview_never_mixes_with_a_link_that_this_browser_remembers(lumiere: Lumiere) -> None:
    """Claire has tried Paul's link, and begun to sign by it; what she previews is Nadia's all the same."""
    both = asked(lumiere, signers=[lumiere.nadia, lumiere.paul])
    browser = follow_link(signed_in(lumiere.claire), both, lumiere.paul_address)
    browser.post(f"/a/{both.code}/sign/", {"typed_name": "Paul Lefèvre", "accepted": "on"})
    assert browser.get(f"/a/{both.code}/code/").context["me"].name == "Paul Lefèvre"
    browser.post(start_path(lumiere))
    assert browser.get(f"/a/{both.code}/").context["me"].name == "Nadia Lefèvre"
    assert browser.get(f"/a/{both.code}/code/")["Location"] == f"/a/{both.code}/"
    assert browser.post(f"/a/{both.code}/code/", {"code": "123456"}).status_code == 403
    browser.post("/preview/end/")
    assert browser.get(f"/a/{both.code}/").context["me"].name == "Paul Lefèvre"


def test_link_of_another_firm_is_not_there_in_a_preview(two_firms: Firms, lumiere: Lumiere, action: Action) -> None:
    _, peeters = two_firms
    browser = signed_in(peeters.wim)
    follow_link(browser, action, lumiere.nadia_address)
    with firm_context(peeters.firm.pk):
        AccountAddress.objects.filter(address=peeters.lotte_address).update(login=True)
    assert browser.post(f"/accounts/{peeters.garage.code}/addresses/{peeters.lotte_address.code}/preview/")["Location"] == "/portal/"
    page = browser.get(f"/a/{action.code}/")
    assert (page.status_code, "Lettre de mission" in text(page), "Lotte Maes" in text(page)) == (404, False, True)


def test_next_who_signs_in_here_finds_no_preview(lumiere: Lumiere) -> None:
    browser = signed_in(lumiere.paulo, previewing(lumiere))
    assert browser.get("/portal/").status_code == 404


def test_preview_costs_little(lumiere: Lumiere, action: Action, django_assert_num_queries: Any) -> None:
    browser = previewing(lumiere)
    with django_assert_num_queries(15):
        browser.get("/portal/")


def test_whoever_lacks_the_second_step_that_the_firm_demands_does_not_look(lumiere: Lumiere, action: Action) -> None:
    browser = previewing(lumiere)
    with firm_context(lumiere.firm.pk):
        lumiere.firm.require_mfa = True
        lumiere.firm.save()
    for path in ("/portal/", f"/a/{action.code}/"):
        assert browser.get(path)["Location"] == "/account/security/"
