"""The firm's copies (A23, M6) and where answers go (A22), as the mail server gets them."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from pytest_django.fixtures import Settings

from actions.models import Action
from firms.actors import Actor
from firms.enums import Role
from firms.models import FailedTask, Staff
from firms.services import change_firm
from notifications.copies import is_no_reply
from notifications.dispatch.send import dispatch_ready
from notifications.enums import Audience, Outcome
from notifications.models import Message, Notice
from notifications.owners import change_settings
from notifications.secrets import item_url, preferences_path
from notifications.verdicts import Reason, Verdict
from tests.access.test_codes import send as send_code
from tests.factories import START
from tests.mail import Mailbox, html_of, text_of
from tests.people import Lumiere
from tests.story import ask_signature, live

ARCHIVE = "archives@lumiere.example"


def switch_copies(lumiere: Lumiere, *, on: bool = True, to: str = ARCHIVE) -> None:
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, copy_on=on, copy_to=to)
    Notice.objects.filter(audience=Audience.OWNER).delete()  # what the owner is told of it is another story


@pytest.fixture
def copies(lumiere: Lumiere) -> Lumiere:
    switch_copies(lumiere)
    return lumiere


@pytest.mark.rule("A23", "C23", "M6")
def test_each_client_mail_has_one_copy_that_names_the_client_and_goes_to_the_firm_alone(copies: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(copies, signers=[copies.nadia, copies.paul])
    live(START)
    live(START)
    assert mailbox.addresses == [ARCHIVE, ARCHIVE, "nadia@lefevre.example", "paul@lefevre.example"]
    assert sorted(str(copy["To"]) for copy in mailbox.to(ARCHIVE)) == [
        "Nadia Lefèvre <nadia@lefevre.example>", "Paul Lefèvre <paul@lefevre.example>",
    ]  # fmt: skip
    (own,) = mailbox.to("nadia@lefevre.example")
    assert all(ARCHIVE not in str(own[name]) for name in own)
    assert (own["Bcc"], own["Cc"]) == (None, None)


@pytest.mark.rule("M6")
def test_copy_says_the_same_and_opens_nothing(copies: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(copies)
    live(START)
    (own,), (copy,) = mailbox.to("nadia@lefevre.example"), mailbox.to(ARCHIVE)
    notice = Notice.objects.get(address=copies.nadia_address)
    personal = [
        item_url(copies.firm.pk, notice.key).rsplit("/", 2)[1],
        preferences_path(copies.firm.code, copies.bakery, copies.nadia_address),
    ]
    assert [secret in text_of(own) and secret in html_of(own) for secret in personal] == [True, True]
    assert [secret for secret in personal if secret in copy.as_string() or secret in text_of(copy) or secret in html_of(copy)] == []
    assert "http://localhost:8000/copy/" in text_of(copy)
    assert (copy["Subject"], copy["From"], copy["List-Unsubscribe"]) == (own["Subject"], own["From"], None)
    assert copy["Message-ID"] != own["Message-ID"]


@pytest.mark.rule("M6")
def test_copy_of_a_code_shows_no_code(copies: Lumiere, mailbox: Mailbox) -> None:
    digits = send_code(copies, ask_signature(copies), SessionStore())
    live(START)
    (own,) = [mail for mail in mailbox.to("nadia@lefevre.example") if digits in text_of(mail)]
    (copy,) = [mail for mail in mailbox.to(ARCHIVE) if mail["Subject"] == own["Subject"]]
    assert text_of(copy).splitlines() == text_of(own).replace(digits, "••••••").splitlines()
    assert digits not in copy.as_string() + html_of(copy)


@pytest.mark.rule("A23")
def test_reminder_s_copy_stands_under_the_copy_of_its_notice(copies: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(copies)
    live(START)
    live(Action.objects.get().next_reminder_at)  # type: ignore[arg-type]
    first, second = mailbox.to(ARCHIVE)
    assert second["References"] == first["Message-ID"]


@pytest.mark.rule("A23")
def test_no_copy_without_the_switch_nor_of_what_did_not_go(lumiere: Lumiere, mailbox: Mailbox) -> None:
    ask_signature(lumiere)
    live(START)
    switch_copies(lumiere)
    mailbox.refuse["paul@lefevre.example"] = "550 5.1.1 No such user"
    ask_signature(lumiere, signers=[lumiere.paul])
    live(START)
    assert mailbox.addresses == ["nadia@lefevre.example"]
    assert Notice.objects.filter(copy_of__isnull=False).count() == 0


@pytest.mark.parametrize(("on", "to"), [(False, ARCHIVE), (True, "other@lumiere.example")])
def test_copy_that_waits_goes_nowhere_once_copies_are_off_or_go_elsewhere(copies: Lumiere, mailbox: Mailbox, on: bool, to: str) -> None:
    mailbox.refuse[ARCHIVE] = "450 4.2.0 Later"
    ask_signature(copies)
    live(START)
    switch_copies(copies, on=on, to=to)
    mailbox.refuse.clear()
    Message.objects.filter(outcome=Outcome.WAITING).update(next_try_at=START)
    live(START)
    copy = Notice.objects.get(copy_of__isnull=False)
    assert (mailbox.to(ARCHIVE), copy.verdict, copy.reason) == ([], Verdict.SKIP, Reason.COPIES_OFF)


def test_copy_address_that_does_not_exist_is_a_task_for_the_office_that_says_so(copies: Lumiere, mailbox: Mailbox) -> None:
    mailbox.refuse[ARCHIVE] = "550 5.1.1 No such user"
    ask_signature(copies)
    live(START)
    task = FailedTask.objects.get(subject=ARCHIVE)
    assert task.detail == (
        "C’est l’adresse des copies des e-mails aux clients. Son serveur de messagerie dit qu’elle n’existe pas. "
        "La réponse était\u00a0: 550 5.1.1 No such user"
    )
    assert mailbox.addresses == ["nadia@lefevre.example"]


@pytest.mark.rule("A01")
def test_every_stored_message_has_its_audience(copies: Lumiere, mailbox: Mailbox) -> None:
    change_settings(firm=copies.firm, by=Actor.staff(copies.amir), now=START, copy_to="other@lumiere.example")
    ask_signature(copies)
    live(START)
    audiences = {(message.to_email, message.audience) for message in Message.objects.all()}
    assert audiences == {
        ("nadia@lefevre.example", Audience.CLIENT), ("other@lumiere.example", Audience.STAFF), ("claire@lumiere.example", Audience.OWNER),
    }  # fmt: skip


@pytest.mark.rule("A22")
def test_answers_go_to_the_owner_until_another_address_is_set(lumiere: Lumiere, mailbox: Mailbox) -> None:
    lumiere.firm.email = "bonjour@lumiere.example"
    lumiere.firm.save()
    ask_signature(lumiere)
    live(START)
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, reply_to="reponses@lumiere.example")
    ask_signature(lumiere, signers=[lumiere.paul])
    live(START)
    assert [str(mail["Reply-To"]) for _, mail in mailbox.accepted if "lefevre" in str(mail["To"])] == [
        "claire@lumiere.example", "reponses@lumiere.example",
    ]  # fmt: skip


@pytest.mark.rule("A22")
def test_owner_of_longest_standing_who_is_still_there_gets_the_answers(lumiere: Lumiere, mailbox: Mailbox) -> None:
    Staff.objects.filter(pk=lumiere.amir.pk).update(role=Role.OWNER)
    Staff.objects.filter(pk=lumiere.claire.pk).update(left_at=START)
    ask_signature(lumiere)
    live(START)
    assert [str(mail["Reply-To"]) for _, mail in mailbox.accepted] == ["amir@lumiere.example"]


@pytest.mark.rule("A04", "M1")
def test_no_setting_puts_another_address_into_from(lumiere: Lumiere, mailbox: Mailbox, settings: Settings) -> None:
    settings.MAIL_FROM = "notifications@platform.example"
    values = {"email": "lumiere@gmail.com", "reply_to": "lumiere@gmail.com", "copy_to": "lumiere@gmail.com", "copy_on": True}
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, **values)
    ask_signature(lumiere)
    live(START)
    senders = {(mail["From"].addresses[0].display_name, mail["From"].addresses[0].addr_spec) for _, mail in mailbox.accepted}
    assert senders == {
        ("Cabinet Lumière", "notifications@platform.example"),
        ("Cabinet Lumière - Boulangerie Lefèvre SRL", "notifications@platform.example"),
    }


@pytest.mark.rule("A01")
def test_owners_are_told_who_sent_copies_and_answers_elsewhere(lumiere: Lumiere, mailbox: Mailbox) -> None:
    Staff.objects.filter(pk=lumiere.claire.pk).update(language="en")
    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.amir), now=START, copy_on=True, copy_to=ARCHIVE, phone="+33 4 72 00 00 00")
    dispatch_ready(lambda: START)
    (mail,) = mailbox.to("claire@lumiere.example")
    text = text_of(mail)
    assert [
        word in text for word in ("Amir Benali", "Monday 2 November, 10:00 (Paris)", "Address for copies", ARCHIVE, "/settings/firm/")
    ] == [True] * 5
    assert "+33 4 72" not in text


@pytest.mark.rule("A01")
def test_client_mail_settings_change_no_team_mail(lumiere: Lumiere, mailbox: Mailbox) -> None:
    def team_mail() -> str:
        mailbox.accepted.clear()
        Notice.objects.filter(audience=Audience.OWNER).update(message=None)
        Message.objects.all().delete()
        dispatch_ready(lambda: START)
        (mail,) = mailbox.to("claire@lumiere.example")
        return f"{mail['From']} {mail['Reply-To']} {text_of(mail)} {html_of(mail)}"

    change_settings(firm=lumiere.firm, by=Actor.staff(lumiere.amir), now=START, copy_on=True, copy_to=ARCHIVE)
    before = team_mail()
    looks = {"color": "#ff0000", "show_contact": False, "show_context": True, "phone": "+33 1", "website": "https://w.example"}
    change_firm(firm=lumiere.firm, by=Actor.staff(lumiere.claire), now=START, reply_to="r@firm.example", **looks)
    assert team_mail() == before


@pytest.mark.rule("B08")
@pytest.mark.parametrize(
    ("email", "nobody"),
    [
        ("noreply@firm.example", True),
        ("No-Reply+x@firm.example", True),
        ("ne-pas-repondre@firm.example", True),
        ("mail-noreply@firm.example", True),
        ("notifications.no.reply.2@firm.example", True),
        ("nora@firm.example", False),
        ("nora@noreply.example", False),
    ],
)
def test_no_reply_address_is_known_by_its_name(email: str, nobody: bool) -> None:
    assert is_no_reply(email) is nobody
