"""What a mail server is handed, whoever looks into it: the firm and the account at the top, and nobody else's name."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.contrib.sessions.backends.db import SessionStore

from access.client_access import invite_client
from access.passwords import send_reset_link
from access.sign_in_codes import request_sign_in_code
from access.team import invite_colleague
from clients.addresses import change_switches
from clients.models import Contact
from firms.actors import Actor
from firms.models import Firm, Staff
from lib.codes import digest
from notifications.enums import Outcome
from notifications.models import Notice
from notifications.owners import change_settings
from notifications.samples import CLIENT_EVENTS
from notifications.secrets import item_token
from notifications.services import notify_user
from reminders.rules import Schedule
from templates_email.enums import EmailEvent
from templates_email.placeholders import ROW_NAMES
from templates_email.sources import LANGUAGES
from tests.access.test_codes import send as send_code
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.signing import make_client_user
from tests.story import ask_signature, live

THREE_DAYS = timedelta(days=3)
PRODUCT = "relance"
SEVERAL = {EmailEvent.SEVERAL_REQUESTS, EmailEvent.SEVERAL_REMINDERS}  # of no notice: two of other events go in one message
BUNDLED = {
    EmailEvent.APPROVAL_REQUESTED: ("asked", 0), EmailEvent.TASKS_REQUESTED: ("asked", 0),
    EmailEvent.APPROVAL_REMINDER: ("reminded", 1), EmailEvent.TASKS_REMINDER: ("reminded", 1),
}  # fmt: skip


def top_of(mail: EmailMessage) -> tuple[str, list[str], list[str]]:
    """The name in From, the text before its first empty line, and what the first table of the HTML shows that holds no other."""
    lines = text_of(mail).splitlines()
    header = re.search(r"<table(?:(?!<table).)*?</table>", re.sub(r"<!--.*?-->", "", html_of(mail), flags=re.S), re.S)
    assert header is not None
    shown = [words for words in re.sub(r"\s*<[^>]*>\s*", "\n", header[0]).split("\n") if words]
    return mail["From"].addresses[0].display_name, lines[: lines.index("")], shown


def everything_in(mail: EmailMessage) -> str:
    """Every header as it is read, every part, and the bytes as they came, their encoding's line breaks taken out."""
    parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    sent = re.sub(r"=\r?\n", "", mail.as_bytes().decode("ascii"))
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts, sent]).lower()


@pytest.mark.rule("A08", "M3")
def test_account_stands_beside_the_firm_for_a_contact_of_several_accounts_alone(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere, signers=[lumiere.nadia, lumiere.paul])
    ask_signature(lumiere, account=lumiere.tilleuls)
    live(START)
    live(START + THREE_DAYS)
    bakery, tilleuls = ["Cabinet Lumière", "Boulangerie Lefèvre SRL"], ["Cabinet Lumière", "SCI des Tilleuls"]
    *requests, reminders = mailbox.to("nadia@lefevre.example")
    assert sorted(map(top_of, requests)) == sorted((" - ".join(names), names, names) for names in (bakery, tilleuls))
    assert top_of(reminders) == (bakery[0], bakery[:1], bakery[:1])  # of both: each item names its account
    assert [(part.count(bakery[1]), part.count(tilleuls[1])) for part in (text_of(reminders), html_of(reminders))] == [(1, 1)] * 2
    alone = [top_of(mail) for mail in mailbox.to("paul@lefevre.example")]
    assert alone == [("Cabinet Lumière", ["Cabinet Lumière"], ["Cabinet Lumière"])] * 2
    assert ["tilleuls" in everything_in(mail) for mail in mailbox.to("paul@lefevre.example")] == [False, False]


def tell_of_other_kinds(lumiere: Lumiere, language: str) -> None:
    """Each event that another kind of request tells, as its notice stands in the outbox."""
    action = ask_signature(lumiere, signers=[lumiere.paul], schedule=Schedule(on=False))
    told = Notice.objects.get(action=action, address=lumiere.paul_address)
    rows, user = [{"ITEM": "Bail.pdf", "SAID": "Bonjour", "SAID_BY": "Claire Moreau"}], lumiere.claire.user
    for event in ROW_NAMES.keys() - {EmailEvent.FIRM_CHANGED, *SEVERAL}:
        told.pk, told.event, told.key, told.link_digest = None, event, f"{event}:1", digest(item_token(lumiere.firm.pk, f"{event}:1"))
        told.values = {**told.values, "rows": rows, "number": "1"}
        told.bundle, told.number = BUNDLED.get(event, ("", 0))
        told.save(force_insert=True)
    said = {"who": "Nadia Lefèvre", "changed_on": START.isoformat(), "client": "Boulangerie Lefèvre SRL", "period": "TVA 2026-09"}
    values = {**said, "documents_path": "/accounts/x/documents/", "language": language}
    notify_user(firm=lumiere.firm, user=user, event=EmailEvent.DOCUMENTS_COMPLETE, key="documents_complete:1", now=START, values=values)


@pytest.fixture(params=LANGUAGES)
def every_mail(request: pytest.FixtureRequest, lumiere: Lumiere, mailbox: Mailbox) -> list[EmailMessage]:
    """All that the product sends of its own accord, everything shown, in one language, with the copies that the firm gets."""
    Firm.objects.filter(pk=lumiere.firm.pk).update(language=request.param, show_context=True, phone="+33 1", linkedin="https://l.example/x")
    Staff.objects.update(language=request.param)
    Contact.objects.update(language=request.param)
    by = Actor.staff(lumiere.claire)
    lumiere.firm.refresh_from_db()
    change_settings(firm=lumiere.firm, by=by, now=START, copy_on=True, copy_to="archives@lumiere.example")
    invite_colleague(firm=lumiere.firm, name="Léa Martin", email="lea@lumiere.example", language=request.param, by=by, now=START)
    send_reset_link(user=make_client_user(lumiere.firm, lumiere.nadia_address), now=START)
    request_sign_in_code(firm=lumiere.firm, email="nadia@lefevre.example", network="192.0.2.1", session=SessionStore(), now=START)
    change_switches(account=lumiere.bakery, address=lumiere.paul_address, login=True, by=by, now=START)
    invite_client(address=lumiere.paul_address, by=by, now=START)
    send_code(lumiere, ask_signature(lumiere, message="Bonjour"), SessionStore())
    tell_of_other_kinds(lumiere, request.param)
    for now in (START, START, START + THREE_DAYS, START + THREE_DAYS):  # copies are written once their mail has gone
        live(now)
    return [mail for _, mail in mailbox.accepted]


@pytest.mark.rule("A09", "M3")
def test_no_mail_of_any_event_names_the_product(every_mail: list[EmailMessage]) -> None:
    sent = Notice.objects.filter(message__outcome=Outcome.SENT)
    by_hand = {EmailEvent.WAY_TEST}  # past the outbox: whoever tries a way out has it sent at once
    assert set(sent.values_list("event", flat=True)) | SEVERAL == set(EmailEvent) - by_hand
    starts = [re.match(r"2 |(Reminder|Rappel\xa0): 2 |", str(mail["Subject"]))[0] for mail in every_mail]  # type: ignore[index]
    assert [sum(start.startswith(word) for start in starts) for word in ("2", "R")] == [2, 2]  # the client's and the firm's copy
    assert sent.values("message").distinct().count() == len(every_mail) == sent.count() - 4
    assert set(sent.filter(copy_of__isnull=False).values_list("event", flat=True)) | SEVERAL == set(CLIENT_EVENTS)
    said = [everything_in(mail) for mail in every_mail]
    assert [mail["Subject"] for mail, words in zip(every_mail, said, strict=True) if PRODUCT in words] == []
    assert ["cabinet lumière" in words for words in said] == [True] * len(every_mail)
