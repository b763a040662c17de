"""One e-mail for what the firm puts there within ten minutes, and its link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from clients.enums import Preference
from clients.models import AccountAddress, Address
from files.enums import Area
from files.models import File
from firms.actors import Actor
from firms.models import Firm
from kinds.documents.models import UploadBatch
from kinds.documents.sharing import move_files, restore_files, trash_files
from notifications.enums import SuppressionReason
from notifications.models import Notice
from notifications.services import suppress_address
from tenancy.context import firm_context
from tests.documenting import shared_link, shared_with
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user, signed_in
from tests.story import live

Firms = tuple[Lumiere, Peeters]
MINUTE = timedelta(minutes=1)
POLITE = "This page cannot be opened"


@pytest.fixture
def lumiere(two_firms: Firms) -> Lumiere:
    return two_firms[0]


def share(lumiere: Lumiere, *names: str) -> None:
    for minutes, name in enumerate(names):
        shared_with(lumiere.bakery, lumiere.claire, name, now=START + minutes * MINUTE)


@pytest.mark.rule("C25")
def test_files_of_ten_minutes_are_told_in_one_email(lumiere: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(lumiere.firm.pk):
        Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=True)
    share(lumiere, "bilan.csv", "liasse.csv", "balance.csv")
    live(START + 9 * MINUTE)
    assert mailbox.addresses == []
    live(START + 10 * MINUTE)
    assert sorted(mailbox.addresses) == ["nadia@lefevre.example", "paul@lefevre.example"]
    text = text_of(mailbox.accepted[0][1])
    assert [name in text for name in ("bilan.csv", "liasse.csv", "balance.csv")] == [True] * 3


@pytest.mark.rule("C25")
def test_whoever_does_not_want_uploads_is_not_told(lumiere: Lumiere, mailbox: Mailbox) -> None:
    with firm_context(lumiere.firm.pk):
        AccountAddress.objects.filter(address=lumiere.nadia_address).update(**{Preference.UPLOADS.value: False})
    share(lumiere, "bilan.csv")
    live(START + 10 * MINUTE)
    assert mailbox.addresses == ["paul@lefevre.example"]


@pytest.mark.parametrize("hide", ["trash", "move"])
def test_what_is_taken_away_in_time_is_told_to_nobody(lumiere: Lumiere, mailbox: Mailbox, hide: str) -> None:
    file = shared_with(lumiere.bakery, lumiere.claire)
    by, now = Actor.staff(lumiere.claire), START + MINUTE
    with firm_context(lumiere.firm.pk):
        if hide == "trash":
            trash_files(files=[file], by=by, now=now)
        else:
            move_files(files=[file], area=Area.PRIVATE, folder=None, by=by, now=now)
    live(START + 10 * MINUTE)
    assert mailbox.addresses == []


@pytest.mark.parametrize(("minutes", "told"), [(2, ["bilan.csv"]), (12, [])])
def test_undone_in_time_trash_is_told_after_all(lumiere: Lumiere, mailbox: Mailbox, minutes: int, told: list[str]) -> None:
    file, by = shared_with(lumiere.bakery, lumiere.claire), Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        trash_files(files=[file], by=by, now=START + MINUTE)
        restore_files(files=[File.objects.get()], by=by, now=START + minutes * MINUTE)
        waiting = Notice.objects.filter(event="documents_uploaded", email="nadia@lefevre.example").exclude(verdict="skip")
        assert [row["ITEM"] for notice in waiting for row in notice.values["rows"]] == told
    live(START + 30 * MINUTE)
    assert sorted(mailbox.addresses) == (["nadia@lefevre.example", "paul@lefevre.example"] if told else [])


def test_what_was_told_already_is_not_told_again_when_it_comes_back(lumiere: Lumiere, mailbox: Mailbox) -> None:
    file, by = shared_with(lumiere.bakery, lumiere.claire), Actor.staff(lumiere.claire)
    live(START + 10 * MINUTE)
    with firm_context(lumiere.firm.pk):
        trash_files(files=[file], by=by, now=START + 11 * MINUTE)
        restore_files(files=[File.objects.get()], by=by, now=START + 12 * MINUTE)
    live(START + 30 * MINUTE)
    assert len(mailbox.addresses) == 2


def test_what_comes_after_the_email_is_another_batch(lumiere: Lumiere, mailbox: Mailbox) -> None:
    share(lumiere, "bilan.csv")
    live(START + 10 * MINUTE)
    shared_with(lumiere.bakery, lumiere.claire, "liasse.csv", now=START + 11 * MINUTE)
    with firm_context(lumiere.firm.pk):
        assert [batch.files.count() for batch in UploadBatch.objects.all()] == [1, 1]


# --- The link of the e-mail ----------------------------------------------------------------------------------------------


def opened(client: Client, path: str) -> Any:
    client.cookies["django_language"] = "en"
    return client.get(path, follow=True)


@pytest.mark.rule("C25")
def test_link_opens_just_these_files_without_a_login(lumiere: Lumiere) -> None:
    share(lumiere, "bilan.csv", "liasse.csv")
    other = shared_with(lumiere.tilleuls, lumiere.claire, "autre.csv")
    client = Client()
    page = opened(client, shared_link(lumiere.bakery, lumiere.nadia_address))
    assert (page.status_code, page.context["visitor"].account) == (200, "Boulangerie Lefèvre SRL")
    text = page.content.decode()
    assert ["bilan.csv" in text, "liasse.csv" in text, "autre.csv" in text] == [True, True, False]
    with firm_context(lumiere.firm.pk):
        batch = UploadBatch.objects.get(account=lumiere.bakery)
        mine = batch.files.select_related("file")[0].file
    assert client.get(f"/a/{batch.code}/shared/{mine.code}/").content == b"Compte;Solde\n512;1\n"
    assert client.get(f"/a/{batch.code}/shared/{other.code}/").status_code == 404
    assert client.get("/portal/documents/").status_code == 302


def suppressed(lumiere: Lumiere) -> None:
    suppress_address(
        firm=lumiere.firm, address_id=lumiere.nadia_address.pk, reason=SuppressionReason.BY_STAFF, detail="", by=Actor.system(), now=START
    )


DEAD: dict[str, Callable[[Lumiere], object]] = {
    "NOTIFY off": lambda lumiere: AccountAddress.objects.filter(address=lumiere.nadia_address).update(notify=False),
    "another e-mail": lambda lumiere: Address.objects.filter(pk=lumiere.nadia_address.pk).update(
        email="x@y.example", email_key="x@y.example"
    ),
    "suppressed": suppressed,
}


@pytest.mark.parametrize("kill", DEAD.values(), ids=DEAD)
def test_link_dies_with_its_address(lumiere: Lumiere, kill: Callable[[Lumiere], object]) -> None:
    share(lumiere, "bilan.csv")
    path = shared_link(lumiere.bakery, lumiere.nadia_address)
    client = Client()
    assert opened(client, path).status_code == 200
    with firm_context(lumiere.firm.pk):
        kill(lumiere)
    page = opened(client, path)
    assert (page.status_code, POLITE in page.content.decode()) == (404, True)


@pytest.mark.parametrize(("days", "status"), [(30, 200), (31, 404)])
def test_link_lives_thirty_days(lumiere: Lumiere, days: int, status: int) -> None:
    share(lumiere, "bilan.csv")
    with time_machine.travel(START + timedelta(days=days), tick=False):
        assert opened(Client(), shared_link(lumiere.bakery, lumiere.nadia_address)).status_code == status


def test_signed_in_client_lands_there_too_and_others_do_not(two_firms: Firms) -> None:
    lumiere, peeters = two_firms
    share(lumiere, "bilan.csv")
    nadia = make_client_user(lumiere.firm, lumiere.nadia_address)
    lotte = make_client_user(peeters.firm, peeters.lotte_address)
    with firm_context(lumiere.firm.pk):
        path = f"/a/{UploadBatch.objects.get().code}/shared/"
    browsers = [signed_in(nadia), signed_in(lotte), signed_in(peeters.wim), signed_in(lumiere.claire), Client()]
    assert [browser.get(path).status_code for browser in browsers] == [200, 404, 404, 404, 404]


def test_taken_away_file_is_gone_from_the_page(lumiere: Lumiere, mailbox: Mailbox) -> None:
    file = shared_with(lumiere.bakery, lumiere.claire)
    live(START + 10 * MINUTE)
    with firm_context(lumiere.firm.pk):
        trash_files(files=[file], by=Actor.staff(lumiere.claire), now=START + timedelta(hours=1))
    page = opened(Client(), shared_link(lumiere.bakery, lumiere.nadia_address)).content.decode()
    assert ["bilan.csv" in page, "Nothing here any more" in page] == [False, True]
