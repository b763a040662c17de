"""The demo's firms: every state of a request, true to the services that made it, and made once."""

import json
import socket
from collections import Counter
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from pypdf import PdfReader

from actions.enums import ActionState
from actions.models import Action
from actions.stops import Stop
from clients.models import Account, AccountContact, Address, Contact
from clients.queries import notifying_nobody
from demo.logins import read_logins
from demo.management.commands.seed_demo import Command
from demo.seed.cast import PASSWORD
from demo.seed.firms import closings_after
from demo.seed.papers import Letterhead, draw_paper
from demo.seed.services import BEGAN, mail_is_taken
from demo.seed.texts import PAPERS, french
from demo.ticks import living
from firms.enums import FailedTaskKind
from firms.models import ActivityLine, FailedTask, Firm, Staff
from firms.queries import list_firm_ids
from kinds.signatures.models import Signature, SignatureRequest
from lib import clock
from notifications.enums import Outcome
from notifications.models import Message, Notice
from notifications.verdicts import Reason, Verdict
from tenancy.context import firm_context
from tests.factories import START
from tests.mail import Mailbox, free_port
from tests.people import Lumiere
from tests.story import ask_signature

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Instants at which days of the story fall together, or lie apart: today's moments are counted back past a weekend.
WEEKDAYS = tuple(datetime.fromisoformat(f"2026-11-{day}+00:00") for day in ("26T23:14", "29T12:00"))
NOT_TAKEN = 4  # e-mails of the outbox that no server took: one of each outcome but "sent"
TABLES = (Staff, Account, Contact, Address, AccountContact, Action, Notice, Message, ActivityLine, FailedTask, Signature, SignatureRequest)


def rows() -> dict[str, int]:
    counted: Counter[str] = Counter()
    for firm_id in list_firm_ids():
        with firm_context(firm_id):
            counted.update({model.__name__: model._default_manager.count() for model in TABLES})
    return dict(counted)


def check_states(firm: Firm) -> None:
    actions = Action.objects.filter(firm=firm)
    reached = set(actions.values_list("state", "refused", "stop_reason"))
    assert reached - {(ActionState.OPEN, False, Stop.NOBODY)} == {  # whose first reminder has told nobody, as the weekday of the seed is
        (ActionState.OPEN, False, ""),
        (ActionState.OPEN, False, Stop.COUNT_REACHED),
        (ActionState.OPEN, False, Stop.SWITCHED_OFF),
        (ActionState.DONE, False, Stop.DONE),
        (ActionState.DONE, False, Stop.SIGNED),
        (ActionState.DONE, False, Stop.SUBMITTED),
        (ActionState.DONE, False, Stop.ANSWERED),
        (ActionState.DONE, False, Stop.APPROVED),
        (ActionState.DONE, True, Stop.REFUSED),
        (ActionState.WITHDRAWN, False, Stop.WITHDRAWN),
        (ActionState.EXPIRED, False, Stop.EXPIRED),
    }
    today = clock.now().astimezone(firm.zone).date()
    assert actions.filter(state=ActionState.OPEN, due_on__lt=today).count() >= 5
    assert actions.filter(state=ActionState.OPEN, parties__done_at__isnull=False).distinct().count() >= 2


def check_notices(firm: Firm) -> None:
    notices = Notice.objects.filter(firm=firm)
    told = {Verdict.SEND: set[str](), Verdict.HOLD: set[str](), Verdict.SKIP: set[str]()}
    for verdict, reason in notices.values_list("verdict", "reason"):
        told[Verdict(verdict)].add(reason)
    assert told[Verdict.HOLD] <= {Reason.TOLD_TODAY, Reason.OUTSIDE_HOURS, Reason.CLOSED_DAY, Reason.CAPPED}  # as the hour of the seed is
    assert told[Verdict.SKIP] >= {Reason.NOTIFY_OFF, Reason.NOT_NAMED, Reason.HAS_DONE, Reason.SUPPRESSED, Reason.PREFERENCE_OFF}
    outcomes = Counter(Message.objects.filter(firm=firm).exclude(outcome=Outcome.SENT).values_list("outcome", flat=True))
    assert outcomes == {Outcome.FAILED: 1, Outcome.BOUNCED: 1, Outcome.UNCONFIRMED: 1, Outcome.CANCELLED: 1}
    now, sent = clock.now(), Message.objects.filter(firm=firm, outcome=Outcome.SENT)
    assert all(message.sent_at is not None and message.sent_at <= now for message in sent)
    assert not notices.filter(verdict=Verdict.SEND, message=None).exists()


def check_people(firm: Firm) -> None:
    assert Account.objects.filter(firm=firm).count() == 40
    assert set(Account.objects.filter(firm=firm).values_list("kind", flat=True)) == {"person", "family", "company"}
    assert notifying_nobody(Account.objects.filter(firm=firm)).count() >= 3
    nadia = Address.objects.get(firm=firm, email="nadia@boulangerie-lefevre.example")
    assert nadia.user is not None
    assert AccountContact.objects.filter(firm=firm, contact=nadia.contact).count() == 2
    assert {"Claire Fontenoy", "Marc Delvaux"} <= set(Staff.objects.filter(firm=firm).values_list("name", flat=True))
    kinds = set(FailedTask.objects.filter(firm=firm).values_list("kind", flat=True))
    assert kinds == {
        FailedTaskKind.NOBODY_TO_NOTIFY, FailedTaskKind.BOUNCED, FailedTaskKind.REFUSED, FailedTaskKind.EXPIRED, FailedTaskKind.NOT_SENT,
        FailedTaskKind.UNCONFIRMED,
    }  # fmt: skip


@pytest.mark.parametrize("at", WEEKDAYS, ids=("night to Friday", "Sunday"))
def test_seed_makes_every_state_on_any_day_and_seeding_again_changes_nothing(
    at: datetime, demo: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "machine_now", lambda: at)
    call_command(Command(), verbosity=0)
    made, sent, logins = rows(), len(mailbox.accepted), (demo / "logins.json").read_bytes()
    lumiere_id = client_firm()
    with firm_context(lumiere_id):
        firm = Firm.objects.get(pk=lumiere_id)
        check_states(firm)
        check_notices(firm)
        check_people(firm)
    assert sent == made["Message"] - NOT_TAKEN
    call_command(Command(), verbosity=0)
    assert (rows(), len(mailbox.accepted), (demo / "logins.json").read_bytes()) == (made, sent, logins)
    for login in (*read_logins().staff, *read_logins().client):
        browser = Client()
        response = browser.post(login.page, {"login": login.email, "password": login.password})
        assert (login.email, response.status_code) == (login.email, 302)
    assert {side: len(people) for side, people in json.loads(logins).items()} == {"staff": 8, "client": 2}


def client_firm() -> int:
    (firm_id,) = [firm_id for firm_id in list_firm_ids() if in_firm(firm_id) == "Cabinet Lumière"]
    return firm_id


def in_firm(firm_id: int) -> str:
    with firm_context(firm_id):
        return Firm.objects.get(pk=firm_id).name


def test_mail_is_left_to_the_worker_where_no_server_greets(mailbox: Mailbox, lumiere: Lumiere) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, override_settings(SMTP_URL=f"smtp://127.0.0.1:{silent.getsockname()[1]}"):
        assert not mail_is_taken()
    with override_settings(SMTP_URL=f"smtp://127.0.0.1:{free_port()}"):
        assert not mail_is_taken()
    assert mail_is_taken()
    ask_signature(lumiere)
    with living(send=False) as live:
        live(START)
    assert (mailbox.accepted, Message.objects.count()) == ([], 0)


def test_paper_is_a_pdf_with_the_firms_words(demo: Path) -> None:
    values = {"year": "2027", "past": "2025", "account": "Boulangerie Lefèvre SRL", "day": "26 octobre 2026"}
    head = Letterhead("Cabinet Lumière", ("12 quai Saint-Antoine", "69002 Lyon"))
    drawn = {name: PdfReader(BytesIO(draw_paper(paper, head, ["Nadia Lefèvre"], values))) for name, paper in PAPERS.items()}
    assert {name: len(pdf.pages) for name, pdf in drawn.items()} == {name: 2 if paper.rows else 1 for name, paper in PAPERS.items()}
    text = drawn["mission"].pages[0].extract_text()
    said = ("Lettre de mission 2027", "Boulangerie Lefèvre SRL", "Nadia Lefèvre", "{")
    assert [part in text for part in said] == [True, True, True, False]


@pytest.mark.parametrize("days", range(0, 366, 5))
def test_the_office_s_closed_days_lie_ahead_of_the_story(days: int) -> None:
    """As its past was told the firm was open, whatever the day on which the demo is made."""
    today = date(2026, 1, 1) + timedelta(days)
    away, christmas = closings_after(today - BEGAN)
    assert timedelta(7) <= away.first - today < timedelta(14)
    assert (away.first.weekday(), christmas.first.month, christmas.first.day) == (4, 12, 24)
    assert timedelta(7) < christmas.first - today <= timedelta(7 + 366)


def test_french_blanks_do_not_break() -> None:
    assert french("« Oui » : 10 € ?") == "«\u00a0Oui\u00a0»\u00a0: 10\u00a0€\u00a0?"
    assert len(PASSWORD) >= 10
