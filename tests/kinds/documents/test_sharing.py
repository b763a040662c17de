"""One e-mail for what the firm puts there within ten minutes, and its link."""

from collections.abc import Callable
from datetime import datetime, timedelta
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
from lib.clock import machine_now
from notifications.dispatch.claim import claim
from notifications.dispatch.making import make_all
from notifications.dispatch.posting import Posting
from notifications.enums import Outcome, SuppressionReason
from notifications.models import Message, Notice
from notifications.outbox import outbox_of
from notifications.outbox_acts import retry_message
from notifications.services import suppress_address
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from tests.documenting import shared_link, shared_with
from tests.factories import START
from tests.mail import Mailbox, text_of
from tests.people import Lumiere, Peeters
from tests.signing import make_client_user, signed_in
from tests.story import live
from ways.transports import open_transport

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


NADIA, PAUL = "nadia@lefevre.example", "paul@lefevre.example"


def take_away(lumiere: Lumiere, file: File, hide: str = "trash", *, now: datetime = START + 20 * MINUTE) -> None:
    by = Actor.staff(lumiere.claire)
    with firm_context(lumiere.firm.pk):
        if hide == "trash":
            trash_files(files=[file], by=by, now=now)
        else:
            move_files(files=[file], area=Area.PRIVATE, folder=None, by=by, now=now)


def put_off_by_the_server(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """The window has closed, and the e-mail to Nadia waits for another try."""
    with firm_context(lumiere.firm.pk):
        Firm.objects.filter(pk=lumiere.firm.pk).update(show_context=True)
        AccountAddress.objects.filter(address=lumiere.paul_address).update(notify=False)
    mailbox.refuse[NADIA] = "451 4.3.0 Busy"
    live(START + 10 * MINUTE)
    mailbox.refuse.clear()


def try_again(lumiere: Lumiere) -> Message:
    """What a second try makes of it."""
    with firm_context(lumiere.firm.pk):
        Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=START)
    live(START + 30 * MINUTE)
    with firm_context(lumiere.firm.pk):
        return Message.objects.get()


@pytest.mark.parametrize("hide", ["trash", "move"])
def test_what_is_taken_away_while_its_email_waits_for_another_try_is_told_to_nobody(lumiere: Lumiere, mailbox: Mailbox, hide: str) -> None:
    file = shared_with(lumiere.bakery, lumiere.claire)
    put_off_by_the_server(lumiere, mailbox)
    take_away(lumiere, file, hide)
    with firm_context(lumiere.firm.pk):
        assert Message.objects.get().outcome == Outcome.CANCELLED
    message = try_again(lumiere)
    assert (mailbox.addresses, message.outcome, message.tries) == ([], Outcome.CANCELLED, 1)
    with firm_context(lumiere.firm.pk):
        notice = message.notices.get()
        assert (notice.verdict, notice.reason, notice.values["rows"]) == (Verdict.SKIP, Reason.OUT_OF_DATE, [])


def test_second_try_names_what_is_left(lumiere: Lumiere, mailbox: Mailbox) -> None:
    share(lumiere, "bilan.csv")
    wrong = shared_with(lumiere.bakery, lumiere.claire, "autre.csv")
    put_off_by_the_server(lumiere, mailbox)
    take_away(lumiere, wrong)
    assert try_again(lumiere).outcome == Outcome.SENT
    (mail,) = mailbox.to(NADIA)
    assert [name in mail.as_string() for name in ("bilan.csv", "autre.csv")] == [True, False]


def test_what_failed_is_tried_again_without_what_was_taken_away(lumiere: Lumiere, mailbox: Mailbox) -> None:
    file = shared_with(lumiere.bakery, lumiere.claire)
    put_off_by_the_server(lumiere, mailbox)
    with firm_context(lumiere.firm.pk):
        Message.objects.update(outcome=Outcome.FAILED, next_try_at=None)
    take_away(lumiere, file)
    with firm_context(lumiere.firm.pk):
        (entry,) = outbox_of(lumiere.firm)[0:1]
        assert retry_message(firm=lumiere.firm, entry=entry, by=Actor.system(), now=START + 25 * MINUTE)
    assert (try_again(lumiere).outcome, mailbox.addresses) == (Outcome.CANCELLED, [])


def test_what_is_ready_for_another_reason_is_taken_back_too(lumiere: Lumiere, mailbox: Mailbox) -> None:
    """A hold began between claim and hand-over: it waits with the reason of the claim."""
    file = shared_with(lumiere.bakery, lumiere.claire)
    with firm_context(lumiere.firm.pk):
        Notice.objects.exclude(verdict=Verdict.SKIP).update(reason=Reason.NOTIFY_ON)
    take_away(lumiere, file, now=START + MINUTE)
    live(START + 10 * MINUTE)
    assert mailbox.addresses == []


@pytest.mark.parametrize("others", [["bilan.csv"], []])
def test_what_is_taken_away_between_claim_and_handover_is_not_named(lumiere: Lumiere, mailbox: Mailbox, others: list[str]) -> None:
    """What was made goes no more; what is left goes in one that is made anew."""
    share(lumiere, *others)
    wrong = shared_with(lumiere.bakery, lumiere.claire, "autre.csv")
    put_off_by_the_server(lumiere, mailbox)
    with firm_context(lumiere.firm.pk):
        Message.objects.update(next_try_at=START)
    now = START + 30 * MINUTE
    (made,) = make_all(lumiere.firm.pk, claim(lumiere.firm.pk, now, machine_now()).claims, now)
    take_away(lumiere, wrong)
    with Posting(lumiere.firm.pk, lambda: now) as posting:
        assert posting.post(made, open_transport()) is False
    message = try_again(lumiere)
    assert (message.outcome, message.tries) == ((Outcome.SENT, 2) if others else (Outcome.CANCELLED, 1))
    named = [[name in mail.as_string() for name in ("bilan.csv", "autre.csv")] for mail in mailbox.to(NADIA)]
    assert named == [[True, False]] * len(others)


def test_what_is_handed_over_says_what_it_said(lumiere: Lumiere, mailbox: Mailbox) -> None:
    file = shared_with(lumiere.bakery, lumiere.claire)
    live(START + 10 * MINUTE)
    take_away(lumiere, file)
    with firm_context(lumiere.firm.pk):
        assert [row["ITEM"] for notice in Notice.objects.all() for row in notice.values["rows"]] == ["bilan.csv"] * 2


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
