"""What somebody receives, chosen by the link in each e-mail: without signing in, and with nothing else opened by it."""

from typing import Any

import pytest
from django.test import Client

from clients.enums import Preference
from clients.models import AccountAddress, Address, Contact
from firms.actors import Actor
from firms.enums import ActorKind, Verb
from firms.models import ActivityLine
from notifications.enums import SuppressionReason
from notifications.secrets import preferences_path
from notifications.services import suppress_address
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere, Peeters
from tests.signing import asked, signed_in
from tests.story import live

Firms = tuple[Lumiere, Peeters]
POLITE = "This page cannot be opened"
ALL_ON = dict.fromkeys(Preference.values, "on")


def path_of(lumiere: Lumiere) -> str:
    return preferences_path(lumiere.firm.code, lumiere.bakery, lumiere.nadia_address)


def use_of(lumiere: Lumiere, pair: AccountAddress | None = None) -> AccountAddress:
    with firm_context(lumiere.firm.pk):
        return AccountAddress.objects.get(pk=(pair or lumiere.nadia_at_bakery).pk)


def lines(lumiere: Lumiere) -> list[tuple[Any, ...]]:
    with firm_context(lumiere.firm.pk):
        found = ActivityLine.objects.filter(verb=Verb.PREFERENCE_CHANGED)
        return list(found.values_list("actor_kind", "actor_name", "subject", "detail", "old", "new"))


@pytest.mark.rule("X07", "C24", "C26")
def test_link_in_the_e_mail_turns_a_kind_off_and_the_firm_sees_who_did_it(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        asked(lumiere)
        live(START)
    (mail,) = mailbox.to("nadia@lefevre.example")
    assert [f"http://localhost:8000{path_of(lumiere)}" in part for part in (text_of(mail), html_of(mail))] == [True, True]
    browser = Client()
    assert "nadia@lefevre.example" in browser.get(path_of(lumiere)).content.decode()
    answer = browser.post(path_of(lumiere), {**ALL_ON, "wants_signatures": ""}, follow=True)
    assert answer.redirect_chain == [(path_of(lumiere), 302)]
    assert (use_of(lumiere).wants_signatures, use_of(lumiere).wants_chats) == (False, True)
    assert use_of(lumiere, lumiere.nadia_at_tilleuls).wants_signatures is True
    assert lines(lumiere) == [
        (ActorKind.LINK, "Nadia Lefèvre", "nadia@lefevre.example", "Documents\u00a0: demandes de signature", "activé", "désactivé"),
    ]


@pytest.mark.rule("X07")
def test_reader_s_mail_program_turns_the_kind_off_by_one_post(two_firms: Firms, mailbox: Mailbox) -> None:
    lumiere, _ = two_firms
    with firm_context(lumiere.firm.pk):
        asked(lumiere)
        live(START)
    (mail,) = mailbox.to("nadia@lefevre.example")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    way = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost:8000")
    browser = Client(enforce_csrf_checks=True)
    assert (browser.get(way).headers["Location"], browser.post(way).status_code) == (path_of(lumiere), 400)
    assert use_of(lumiere).wants_signatures is True
    assert browser.post(way, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (use_of(lumiere).wants_signatures, use_of(lumiere).wants_approvals, len(lines(lumiere))) == (False, True, 1)


def test_page_and_its_form_as_they_stand_change_nothing(two_firms: Firms) -> None:
    """What a mail scanner does that follows every link and posts every form."""
    lumiere, _ = two_firms
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(path_of(lumiere))
    token = page.context["csrf_token"]
    assert browser.post(path_of(lumiere)).status_code == 403
    assert browser.post(path_of(lumiere), {**ALL_ON, "csrfmiddlewaretoken": token}).status_code == 302
    assert lines(lumiere) == []


@pytest.mark.parametrize("way", ["{path}", "{path}off/wants_signatures/"])
def test_page_of_a_link_is_kept_nowhere_and_told_to_nobody(two_firms: Firms, way: str) -> None:
    answer = Client().get(way.format(path=path_of(two_firms[0])))
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "same-origin")


def spoilt(lumiere: Lumiere, peeters: Peeters) -> list[str]:
    good = path_of(lumiere)
    other = preferences_path(peeters.firm.code, peeters.garage, peeters.lotte_address)
    proof = good.split("/")[-2]
    return [
        good.upper().replace("/P/", "/p/"), good.replace(proof, "a" * 32), good.replace(proof, proof[:-1]), good.replace(proof, "%00" * 8),
        good.replace(proof, other.split("/")[-2]), good.replace(lumiere.bakery.code, lumiere.tilleuls.code),
        good.replace(lumiere.nadia_address.code, lumiere.paul_address.code), good.replace(lumiere.firm.code, peeters.firm.code),
        good.replace(lumiere.firm.code, "NOFIRM22"), good + "off/is_admin/",
    ]  # fmt: skip


def test_spoilt_or_borrowed_link_opens_nothing(two_firms: Firms) -> None:
    for path in spoilt(*two_firms):
        for answer in (Client().get(path), Client().post(path, {"List-Unsubscribe": "One-Click"})):
            assert (path, answer.status_code) == (path, 404)
    assert lines(two_firms[0]) == []


@pytest.mark.parametrize("end", ["archived", "unlinked", "suppressed", "address changed", "heard of no more"])
def test_link_dies_with_the_address(two_firms: Firms, end: str) -> None:
    lumiere, _ = two_firms
    path = path_of(lumiere)
    with firm_context(lumiere.firm.pk):
        if end == "archived":
            Contact.objects.filter(pk=lumiere.nadia.pk).update(archived_at=START)
        elif end == "unlinked":
            lumiere.nadia_at_bakery.delete()
        elif end == "suppressed":
            by, reason = Actor.staff(lumiere.claire), SuppressionReason.BY_STAFF
            suppress_address(firm=lumiere.firm, address_id=lumiere.nadia_address.pk, reason=reason, detail="", by=by, now=START)
        elif end == "address changed":
            Address.objects.filter(pk=lumiere.nadia_address.pk).update(email="n@lefevre.example", email_key="n@lefevre.example")
        else:
            AccountAddress.objects.filter(pk=lumiere.nadia_at_bakery.pk).update(notify=False, login=False)
    answer = Client().get(path)
    assert (answer.status_code, POLITE in answer.content.decode()) == (404, True)


def test_page_speaks_the_reader_s_language_whoever_is_signed_in(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    with firm_context(lumiere.firm.pk):
        Contact.objects.filter(pk=lumiere.nadia.pk).update(language="fr")
    browser = signed_in(peeters.wim)
    browser.cookies.pop("django_language")
    shown = browser.get(path_of(lumiere), headers={"Accept-Language": "en"}).content.decode()
    assert ('<html lang="fr">' in shown, "Cabinet Lumière" in shown, "Wim" in shown, "Relance" in shown) == (True, True, False, False)


@pytest.mark.rule("M6")
def test_links_of_a_copy_say_why_they_open_nothing(client: Client, db: None) -> None:
    assert "Only the client" in client.get("/copy/").content.decode()
